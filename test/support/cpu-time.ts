/** CPU time of this process since `start` in milliseconds: what takes long, whatever else the machine does meanwhile. */
export function cpuMsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
