import { inspect } from 'node:util';

/** Hides its value from logs, JSON and string conversion; `reveal()` is the only way to it. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '******';
  }

  toJSON(): string {
    return '******';
  }

  [inspect.custom](): string {
    return '******';
  }
}
