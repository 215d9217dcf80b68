import { randomNumbers } from '../support/random.ts';

/** A playbook made by chance, with the files that it includes. */
export interface RandomPlaybook {
  readonly playbook: string;
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Tasks that write and read the same few files, fail now and then, and stand in blocks, includes and handlers: what comes
 * of them depends on each being done in its turn. The same for a seed each time.
 */
export function randomPlaybook(seed: number): RandomPlaybook {
  return new Author(seed).write();
}

class Author {
  readonly #random: (below: number) => number;
  readonly #files: Record<string, string> = {};
  #count = 0;

  constructor(seed: number) {
    this.#random = randomNumbers(seed);
  }

  write(): RandomPlaybook {
    const tasks = this.#several(4 + this.#random(8), 0);
    const playbook = `- hosts: all
  gather_facts: false
  strategy: ${this.#pick('linear', 'linear', 'free')}
  force_handlers: ${this.#pick('true', 'false')}
  tasks:
${inside(tasks).join('\n')}
  handlers:
    - {name: n1, shell: "echo n1 >> {{ root }}/log"}
    - {name: n2, copy: {dest: "{{ root }}/f", content: "n2\\n"}${this.#pick('', ', notify: n1')}}
`;
    return { playbook, files: this.#files };
  }

  #pick(...choices: readonly string[]): string {
    return choices[this.#random(choices.length)] ?? '';
  }

  #maybe(percent: number, text: string): string {
    return this.#random(100) < percent ? text : '';
  }

  #file(): string {
    return `"{{ root }}/${this.#pick('f', 'g', 'h')}"`;
  }

  #onHost(): string {
    return `"inventory_hostname == '${this.#pick('a', 'b')}'"`;
  }

  #several(count: number, depth: number): string[] {
    return Array.from({ length: count }, () => this.#step(depth)).flat();
  }

  #inner(depth: number): string[] {
    return this.#several(1 + this.#random(4), depth + 1);
  }

  #step(depth: number): string[] {
    const name = `t${++this.#count}`;
    const kind = this.#random(20);
    if (kind < 3 && depth < 2) return this.#block(name, depth);
    if (kind === 3 && depth < 2) return this.#include(name, depth);
    if (kind === 4) return [`- meta: ${this.#pick('noop', 'flush_handlers', 'flush_handlers')}`];
    if (kind === 5) return [`- {meta: end_host, when: ${this.#onHost()}}`];
    return [`- {name: ${name}, ${this.#body()}${this.#keys()}}`];
  }

  #block(name: string, depth: number): string[] {
    const lines = [`- name: ${name}`, `  when: ${this.#pick('true', 'true', 'true', 'false', this.#onHost())}`];
    lines.push('  block:', ...inside(this.#inner(depth)));
    if (this.#random(100) < 70) lines.push('  rescue:', ...inside(this.#inner(depth)));
    if (this.#random(100) < 40) lines.push('  always:', ...inside(this.#inner(depth)));
    return lines;
  }

  #include(name: string, depth: number): string[] {
    this.#files[`${name}.yml`] = `${this.#inner(depth).join('\n')}\n`;
    const loop = this.#maybe(30, ', loop: [1, 2], loop_control: {loop_var: round}');
    return [`- {include_tasks: ${name}.yml${this.#maybe(30, ', when: false')}${loop}}`];
  }

  #keys(): string {
    const when = this.#pick('', '', '', '', '', `, when: ${this.#onHost()}`, ', when: false');
    const loop = this.#maybe(10, ', loop: [1, 2]');
    return `${when}${loop}${this.#maybe(15, `, notify: ${this.#pick('n1', 'n2')}`)}${this.#maybe(8, ', ignore_errors: true')}`;
  }

  #body(): string {
    const file = this.#file();
    const text = this.#pick('x', 'y', 'x y');
    const validate = this.#maybe(15, `, validate: "grep -q ${this.#pick('x', 'y')} %s"`);
    const bodies = [
      `copy: {dest: ${file}, content: "${text}\\n"${validate}}`,
      `copy: {dest: ${file}, content: "${text}\\n"${validate}}`,
      `copy: {dest: ${file}, content: "{{ default said.stdout 'none' }}\\n"}`,
      `lineinfile: {path: ${file}, line: "${text}", create: ${this.#pick('true', 'true', 'false')}}`,
      `file: {path: ${file}, state: ${this.#pick('absent', 'touch')}}`,
      `shell: "echo ${this.#count} >> {{ root }}/log"`,
      `shell: "cat {{ root }}/f", register: said, changed_when: false`,
      `shell: "cat {{ root }}/g", register: said, changed_when: false, failed_when: false`,
      `stat: {path: ${file}}, register: there`,
      `assert: {that: "default(there.stat.exists, ${this.#pick('true', 'true', 'false')})"}`,
    ];
    return this.#pick(...bodies);
  }
}

function inside(lines: readonly string[]): string[] {
  return lines.map((line) => `    ${line}`);
}
