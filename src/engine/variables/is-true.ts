/** Whether a value says yes, as Ansible's users write it. */
export function isTrue(value: unknown): boolean {
  return value === true || ['yes', 'true', 'on', '1'].includes(String(value).toLowerCase());
}
