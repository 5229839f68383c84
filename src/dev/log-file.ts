import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

const fileBytesMax = 16 * 1024 * 1024;

/** A log that cannot fill the disk: when the file is full it becomes `FILE.old`, over the one before. */
export class LogFile {
  readonly path: string;
  private descriptor: number;
  private bytes: number;

  constructor(path: string) {
    this.path = path;
    this.descriptor = openSync(path, 'a', 0o600);
    this.bytes = fstatSync(this.descriptor).size;
  }

  append(text: string): void {
    if (this.bytes > fileBytesMax) {
      closeSync(this.descriptor);
      renameSync(this.path, `${this.path}.old`);
      this.descriptor = openSync(this.path, 'a', 0o600);
      this.bytes = 0;
    }
    this.bytes += writeSync(this.descriptor, text);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
