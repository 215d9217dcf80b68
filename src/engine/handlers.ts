import type { Play, Task } from '../playbook/playbook.ts';

/** The handlers that a name of `notify` means, by id: by name, by `role : name`, or because they listen to it. */
export function handlersOf(play: Play, name: string): number[] {
  const matches = ({ name: own, role, listen }: Task): boolean =>
    listen.includes(name) || own?.value === name || (role !== null && `${role.name} : ${String(own?.value)}` === name);
  return play.handlers.filter(matches).map(({ id }) => id);
}
