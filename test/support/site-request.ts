import type { SiteRequest } from '../../src/engine/input/load-site.ts';

/** What `kmesh run PLAYBOOK -i INVENTORY` says, and nothing else. */
export function siteRequest(playbook: SiteRequest['playbook'], inventory: readonly string[]): SiteRequest {
  return {
    playbook,
    inventory,
    limit: null,
    extraVars: [],
    tags: [],
    skipTags: [],
    startAtTask: null,
    phases: 'all',
    check: false,
    diff: false,
    bundledRoles: [],
  };
}
