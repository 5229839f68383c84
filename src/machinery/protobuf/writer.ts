const initialBytes = 4096;
/** A buffer that a large answer has made larger than this is not kept for the next. */
const keptBytes = 1024 * 1024;
/** Up to this length, writing a string by hand is faster than the platform's encoder. */
const shortText = 48;

const utf8 = new TextEncoder();

/**
 * Writes the wire format from its end to its start: what comes last is written first. So the length of a message is known
 * when its turn comes, and nothing is measured beforehand or moved afterwards.
 */
export class ReverseWriter {
  #bytes = new Uint8Array(initialBytes);
  #position = initialBytes;

  /** How many bytes have been written. */
  get size(): number {
    return this.#bytes.length - this.#position;
  }

  byte(value: number): void {
    if (this.#position === 0) this.#grow(1);
    this.#bytes[--this.#position] = value;
  }

  /** A whole number: as 64 bits in two's complement, with seven bits a byte. */
  varint(value: number): void {
    if (value >= 0 && value < 0x80) return this.byte(value);
    let low = value >>> 0;
    let high = Math.floor(value / 2 ** 32) >>> 0;
    const length = varintLength(low, high);
    let at = this.#room(length);
    while (high !== 0 || low > 0x7f) {
      this.#bytes[at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.#bytes[at] = low;
  }

  /** A 64-bit number with a fraction. */
  double(value: number): void {
    const at = this.#room(8);
    new DataView(this.#bytes.buffer).setFloat64(at, value, true);
  }

  /** The text in UTF-8, without its length. */
  text(text: string): void {
    const { length } = text;
    if (length <= shortText) {
      const at = this.#room(length);
      const bytes = this.#bytes;
      let i = 0;
      for (; i < length; i++) {
        const code = text.charCodeAt(i);
        if (code >= 0x80) break;
        bytes[at + i] = code;
      }
      if (i === length) return;
      this.#position += length;
    }
    this.raw(utf8.encode(text));
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** The length of what was written since there were `size` bytes. */
  lengthSince(size: number): void {
    this.varint(this.size - size);
  }

  /** A string with its length. */
  string(text: string): void {
    const before = this.size;
    this.text(text);
    this.lengthSince(before);
  }

  /** The number of a field and how it is written. */
  tag(number: number, wireType: number): void {
    this.varint((number << 3) | wireType);
  }

  /** Everything that was written. The writer is then empty. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(this.#position);
    this.clear();
    return taken;
  }

  /** Forgets what was written. */
  clear(): void {
    if (this.#bytes.length > keptBytes) this.#bytes = new Uint8Array(initialBytes);
    this.#position = this.#bytes.length;
  }

  /** Makes room for so many bytes before those that are there. Returns where it starts. */
  #room(length: number): number {
    if (length > this.#position) this.#grow(length);
    return (this.#position -= length);
  }

  #grow(length: number): void {
    const { size } = this;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, size + length));
    larger.set(this.#bytes.subarray(this.#position), larger.length - size);
    this.#bytes = larger;
    this.#position = larger.length - size;
  }
}

function varintLength(low: number, high: number): number {
  if (high === 0) return low < 0x4000 ? (low < 0x80 ? 1 : 2) : low < 0x200000 ? 3 : low < 0x10000000 ? 4 : 5;
  return Math.ceil((64 - Math.clz32(high)) / 7);
}
