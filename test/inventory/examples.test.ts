import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type LoadedInventory, loadInventory } from '../../src/inventory/load.ts';
import { varsOf } from './support.ts';

const test = suite('inventory/examples');

const project = fileURLToPath(new URL('../../', import.meta.url));

function example(name: string): LoadedInventory {
  return loadInventory([`inventory/${name}`], { cwd: project });
}

for (const name of ['example.ini', 'example.yml']) {
  test(`${name} is without fault`, () => {
    const { inventory, diagnostics, warnings } = example(name);
    assert.equal(diagnostics, []);
    assert.equal(warnings, []);
    assert.equal([...inventory.hosts.keys()], ['bastion', 'rr1', 'rr2', 'node1', 'node2', 'node3']);
    assert.equal(inventory.groups.get('fabric')?.hosts, ['rr1', 'rr2', 'node1', 'node2', 'node3']);
    assert.is(varsOf(inventory, 'bastion').ansible_port, 2222);
    assert.equal(varsOf(inventory, 'node3'), {
      ansible_user: 'admin',
      ansible_become: true,
      site: 'example',
      bird2_asn: 64512,
      pod_cidr: '10.244.0.0/16',
      service_cidr: '10.96.0.0/12',
      bird2_announce_shared: ['10.96.0.10/32'],
      place: '{{ inventory_hostname }} in the second rack',
      ansible_host: '192.0.2.23',
      bird2_router_id: '10.255.0.23',
      bird2_announce: ['10.244.3.0/24'],
    });
  });
}

test('both examples say the same', () => {
  const [ini, yaml] = [example('example.ini').inventory, example('example.yml').inventory];
  for (const host of ini.hosts.keys()) {
    assert.equal(varsOf(ini, host), varsOf(yaml, host), host);
    assert.equal(ini.hosts.get(host)?.groups, yaml.hosts.get(host)?.groups, host);
  }
});

test.run();
