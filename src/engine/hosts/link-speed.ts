/** So much vanishes in buffers, however slow the link is (OpenSSH's window is 2 MiB). */
const bufferedBytes = 2 * 1024 * 1024;
const measuredBytes = 1024 * 1024;

// One core packs about 70 MB/s for all hosts, but every host has to unpack, and where many share a link or a processor
// each gets a part: measured, packing pays where a host's own part is what 100 Mbit/s give.
const fastBytesPerMs = 12_000;

/** How fast the link to a host is, told by how long it keeps what is sent waiting. */
export class LinkSpeed {
  #buffered = 0;
  #measured = 0;
  #waitedMs = 0;

  /** Another stream begins, with buffers of its own. */
  begin(): void {
    this.#buffered = 0;
  }

  /** So many bytes were taken after that time. */
  took(bytes: number, waitedMs: number): void {
    this.#buffered += bytes;
    if (this.#buffered <= bufferedBytes) return;
    this.#measured += bytes;
    this.#waitedMs += waitedMs;
  }

  /** `null`: not known yet. */
  get isFast(): boolean | null {
    return this.#measured < measuredBytes ? null : this.#measured > this.#waitedMs * fastBytesPerMs;
  }
}
