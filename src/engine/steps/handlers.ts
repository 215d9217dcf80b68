import type { Play, Role, Task } from '../../playbook/playbook.ts';

/**
 * The handlers that a name of `notify` means: those of that name or `role : name`, and those that listen to it.
 *
 * @param from the role whose task notifies: where it has a handler of that name itself, others' are not meant
 */
export function handlersOf({ handlers }: Play, name: string, from: Role | null): Task[] {
  const named = handlers.filter(
    ({ name: own, role }) => own?.value === name || (role !== null && `${role.name} : ${String(own?.value)}` === name),
  );
  const own = named.filter(({ role }) => role !== null && role.handlersKey === from?.handlersKey);
  const isMeant = (handler: Task): boolean =>
    handler.listen.includes(name) || (own.length > 0 ? own : named).includes(handler);
  return handlers.filter(isMeant);
}
