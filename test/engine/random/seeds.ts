/** The numbers that programs are made of: 1 to `count`, or what `KMESH_SEEDS=1000-2000` says. */
export function seeds(count: number): number[] {
  const [from = 1, to = count] = (process.env['KMESH_SEEDS'] ?? '').split('-').filter(Boolean).map(Number);
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
