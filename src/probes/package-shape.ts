/** A program that installs packages. */
export type PackageManager = 'apk' | 'apt' | 'dnf' | 'yum';

/** How a package is on a host. */
export interface PackageState {
  readonly manager: PackageManager;
  /** The version that is installed completely; `null`: none is. */
  readonly installed: string | null;
  /** Removed, but its configuration files are there. */
  readonly hasLeftovers: boolean;
  /** An installed package that stands in for it, as `mawk` does for `awk`. */
  readonly providedBy: string | null;
  /** What would be installed; `null`: the lists of the host do not know it, or it was not asked for. */
  readonly candidate: string | null;
  /** All versions in the lists, when asked for. */
  readonly available: readonly string[];
}

/** What to find out about a package. */
export interface PackageQuestion {
  /** Without version. */
  readonly name: string;
  /** Look into the lists of packages: takes a while, and is needed only for what is to be installed. */
  readonly candidate: 'always' | 'missing' | 'never';
}
