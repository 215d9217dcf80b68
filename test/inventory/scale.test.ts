import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadInventory } from '../../src/inventory/load.ts';
import { selectHosts } from '../../src/inventory/select.ts';
import { withFiles } from './support.ts';
import { cpuMsSince } from '../support/cpu-time.ts';

const test = suite('inventory/scale');

// Half a second where a twentieth is usual: this is about quadratic work, not about a slow machine.
const limitMs = 500;

function site(): Record<string, string> {
  const lines = Array.from(
    { length: 1000 },
    (_, i) => `node${i} ansible_host=10.0.${i >> 8}.${i & 255} asn=${64512 + i}`,
  );
  const racks = Array.from(
    { length: 50 },
    (_, i) => `[rack${i}]\nnode[${i * 20}:${i * 20 + 19}]\n[rack${i}:vars]\nrack=${i}`,
  );
  const children = Array.from({ length: 50 }, (_, i) => `rack${i}`);
  return {
    hosts: `[nodes]\n${lines.join('\n')}\n${racks.join('\n')}\n[site:children]\n${children.join('\n')}\n`,
    'group_vars/all.yml': 'a: 1\nb: [1, 2, 3]\n',
    'group_vars/nodes.yml': 'c: 1\n',
    'host_vars/node7.yml': 'd: 1\n',
  };
}

test('loads a thousand hosts, their layers and a selection of them', () => {
  withFiles(site(), (dir) => {
    const start = process.cpuUsage();
    const { inventory, diagnostics, warnings } = loadInventory(['hosts'], { cwd: dir });
    assert.equal(diagnostics, []);
    assert.equal(warnings, []);
    assert.is(inventory.hosts.size, 1000);
    for (const name of inventory.hosts.keys()) assert.ok(inventory.layersOf(name).length >= 4);
    assert.is(selectHosts('nodes:&rack7:!node14*', inventory).hosts.length, 10);
    assert.is(selectHosts('~node\\d+', inventory).hosts.length, 1000);
    assert.ok(cpuMsSince(start) < limitMs);
  });
});

test('the layers of groups are the same objects for all their hosts', () => {
  withFiles(site(), (dir) => {
    const { inventory } = loadInventory(['hosts'], { cwd: dir });
    const layers = new Set([...inventory.hosts.keys()].flatMap((name) => inventory.layersOf(name)));
    // A thousand of hosts, fifty of racks, two files of groups, one of a host.
    assert.is(layers.size, 1053);
  });
});

test.run();
