/** What was given is not protobuf, or not of the wanted type. The words are those of upstream's decoder. */
export class MalformedProtobuf extends Error {}

/** How a field is written: a number, or so many bytes. Fixed sizes and groups appear in fields that nobody knows. */
export const wireTypes = { varint: 0, fixed64: 1, bytes: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;

/** Messages in messages. As for JSON, far more than any kind needs. */
const depthMax = 100;
/** Up to this length, putting a string together by hand is faster than the platform's decoder. */
const shortText = 32;

// A byte order mark at the start of a string is a part of it.
const utf8 = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });
const endOfData = () => new MalformedProtobuf('unexpected EOF');

/** Reads the wire format from `position` to `end`, which is the end of the message that is being read. */
export class WireReader {
  readonly #bytes: Uint8Array;
  #depth = 0;
  position: number;
  end: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.position = start;
    this.end = end;
  }

  /** The low 32 bits of a number, unsigned. */
  uint32(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let shift = 7; shift < 70; shift += 7) {
      const byte = this.#byte();
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new MalformedProtobuf('proto: integer overflow');
  }

  int32(): number {
    return this.uint32() | 0;
  }

  /** Exact up to 2^53, like numbers in JSON. */
  int64(): number {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#byte();
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift > 28) high |= bits << (shift - 32);
      else {
        low |= bits << 28;
        high = bits >>> 4;
      }
      if (byte < 0x80) return high * 2 ** 32 + (low >>> 0);
    }
    throw new MalformedProtobuf('proto: integer overflow');
  }

  boolean(): boolean {
    return this.int64() !== 0;
  }

  /** A 64-bit number with a fraction. */
  double(): number {
    const start = this.position;
    this.#advance(8);
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + start, 8).getFloat64(0, true);
  }

  string(): string {
    const start = this.#block();
    const end = this.position;
    const bytes = this.#bytes;
    if (end - start > shortText) return utf8.decode(bytes.subarray(start, end));
    let text = '';
    for (let i = start; i < end; i++) {
      const byte = bytes[i]!;
      if (byte >= 0x80) return utf8.decode(bytes.subarray(start, end));
      text += String.fromCharCode(byte);
    }
    return text;
  }

  /** Bytes as they stand in the input: a view, not a copy. */
  bytes(): Uint8Array {
    const start = this.#block();
    return this.#bytes.subarray(start, this.position);
  }

  /** Begins a message inside this one. Returns what `leave` needs. */
  enter(): number {
    if (++this.#depth > depthMax) throw new MalformedProtobuf('exceeded max depth');
    const outer = this.end;
    const start = this.#block();
    this.end = this.position;
    this.position = start;
    return outer;
  }

  leave(outer: number): void {
    this.#depth--;
    this.end = outer;
  }

  /** Passes over a field that nobody knows. */
  skip(wireType: number): void {
    switch (wireType) {
      case wireTypes.varint:
        this.int64();
        return;
      case wireTypes.fixed64:
        return this.#advance(8);
      case wireTypes.bytes:
        this.#block();
        return;
      case wireTypes.startGroup:
        return this.#skipGroup();
      case wireTypes.fixed32:
        return this.#advance(4);
      default:
        throw new MalformedProtobuf(`proto: illegal wireType ${wireType}`);
    }
  }

  #skipGroup(): void {
    if (++this.#depth > depthMax) throw new MalformedProtobuf('exceeded max depth');
    for (;;) {
      const wireType = this.uint32() & 7;
      if (wireType === wireTypes.endGroup) break;
      this.skip(wireType);
    }
    this.#depth--;
  }

  /** Passes over a length and as many bytes. Returns where they start; they end at `position`. */
  #block(): number {
    const first = this.#byte();
    let length = first;
    if (first >= 0x80) {
      this.position--;
      length = this.int64();
    }
    if (length < 0) throw new MalformedProtobuf('proto: negative length found during unmarshaling');
    const start = this.position;
    this.#advance(length);
    return start;
  }

  #byte(): number {
    if (this.position >= this.end) throw endOfData();
    return this.#bytes[this.position++]!;
  }

  #advance(length: number): void {
    if (length > this.end - this.position) throw endOfData();
    this.position += length;
  }
}
