/** The beginning of a stream, up to a limit, in one piece: a byte kept costs a byte or two, however small the chunks. */
export class KeptBytes {
  readonly #limit: number;
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Keeps what there is room for. `false`: it was not all. */
  push(chunk: Buffer): boolean {
    const fits = Math.min(chunk.length, this.#limit - this.#length);
    this.#grow(this.#length + fits);
    chunk.copy(this.#bytes, this.#length, 0, fits);
    this.#length += fits;
    return fits === chunk.length;
  }

  /** What was kept, as a view. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(wanted: number): void {
    if (wanted <= this.#bytes.length) return;
    const bytes = Buffer.allocUnsafe(Math.min(this.#limit, Math.max(wanted, this.#bytes.length * 2)));
    this.#bytes.copy(bytes, 0, 0, this.#length);
    this.#bytes = bytes;
  }
}
