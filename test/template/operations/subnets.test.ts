import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cel, failure, value } from '../support.ts';

const test = suite('template/operations/subnets');

test('cidrSubnet counts networks from the start and from the end', () => {
  const calls: readonly (readonly [call: string, expected: string])[] = [
    ['cidrSubnet "10.244.0.0/16" 24 0', '10.244.0.0/24'],
    ['cidrSubnet "10.244.0.0/16" 24 255', '10.244.255.0/24'],
    ['cidrSubnet "10.244.7.9/16" 26 -1', '10.244.255.192/26'],
    ['cidrSubnet "10.0.0.0/8" 8 0', '10.0.0.0/8'],
    ['cidrSubnet "fd00::/48" 64 65535', 'fd00:0:0:ffff::/64'],
    ['cidrSubnet "10.0.0.0/31" 32 1', '10.0.0.1/32'],
  ];
  for (const [call, expected] of calls) assert.is(value(`{{${call}}}`), expected, call);
  assert.is(cel('cidrSubnet("10.96.0.0/12", 16, 3)'), '10.99.0.0/16');
});

test('cidrSubnet refuses what is not in the network', () => {
  assert.is(
    failure(() => value('{{cidrSubnet "10.0.0.0/23" 24 2}}')),
    't.yml:1:31: `cidrSubnet`: 10.0.0.0/23 has no /24 number 2, only 2 networks.',
  );
  assert.is(
    failure(() => value('{{cidrSubnet "10.0.0.0/24" 16 0}}')),
    't.yml:1:28: `cidrSubnet`: its second argument must be a prefix length from 24 to 32, not the number 16.',
  );
});

test('ipAdd goes on from an address, and keeps a prefix length', () => {
  assert.is(value('{{ipAdd "10.0.0.255" 1}}'), '10.0.1.0');
  assert.is(value('{{ipAdd "10.0.0.1/24" 9}}'), '10.0.0.10/24');
  assert.is(value('{{ipAdd "fd00::1" -1}}'), 'fd00::');
  assert.is(
    failure(() => value('{{ipAdd "255.255.255.255" 1}}')),
    't.yml:1:27: `ipAdd`: there is no address 1 further than 255.255.255.255.',
  );
});

test('an address and its netmask', () => {
  assert.is(value('{{cidrAddress "10.0.0.7/24"}}'), '10.0.0.7');
  assert.is(value('{{cidrNetmask "10.0.0.7/20"}}'), '255.255.240.0');
  assert.is(value('{{cidrNetmask "0.0.0.0/0"}}'), '0.0.0.0');
  assert.is(value('{{cidrNetmask "10.0.0.7/32"}}'), '255.255.255.255');
  assert.match(
    failure(() => value('{{cidrNetmask "fd00::/64"}}')),
    'must be an IPv4 network, not the string `fd00::/64`.',
  );
});

test.run();
