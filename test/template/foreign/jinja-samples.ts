import type { Data } from '../../../src/base/node.ts';

/** What people write in the roles that build clusters with Ansible, and what kmesh tells them to write. */
export interface JinjaSample {
  readonly jinja: string;
  readonly hint: string;
  /** What Ansible makes of the Jinja, and kmesh of the hint, with the variables below. */
  readonly value: Data;
}

/** The variables of the samples. */
export const jinjaVariables: Readonly<Record<string, Data>> = {
  inventory_hostname: 'node1',
  groups: {
    kube_control_plane: ['node1', 'node2'],
    kube_node: ['node2', 'node3'],
    etcd: ['node1', 'node2', 'node3'],
    'calico-rr': [],
    all: ['node1', 'node2', 'node3'],
  },
  group_names: ['etcd', 'kube_control_plane'],
  hostvars: {
    node1: { ip: '10.0.0.11', zone: 'a' },
    node2: { ip: '10.0.0.12', access_ip: '192.0.2.12', zone: 'b' },
    node3: { ip: '10.0.0.13', zone: 'a' },
  },
  ansible_os_family: 'Debian',
  ansible_distribution: 'Ubuntu',
  ansible_distribution_version: '22.04',
  kube_version: 'v1.28.3',
  kube_network_plugin: 'calico',
  container_manager: 'containerd',
  kube_proxy_mode: 'ipvs',
  bird_enabled: true,
  calico_enabled: false,
  enable_text: 'yes',
  ip: '10.0.0.11',
  pod_cidr: '10.244.0.0/16',
  service_cidr: '10.96.0.0/12',
  node_cidr: '10.0.0.11/24',
  bgp_asn: 64512,
  local_asn: '64513',
  mtu: 0,
  vip: '',
  nothing: null,
  peers: [
    { name: 'rr1', ip: '10.0.0.1', asn: 64512, active: true, tags: ['core'] },
    { name: 'rr2', ip: '10.0.0.2', asn: 64513, active: false },
    { name: 'leaf1', ip: '10.0.1.1', asn: 64512, active: true },
  ],
  dns_servers: ['8.8.8.8', '1.1.1.1'],
  extra_dns: ['9.9.9.9', '8.8.8.8'],
  empty_list: [],
  nested: [[1, 2], [3]],
  sysctls: { 'net.ipv4.ip_forward': 1, 'vm.swappiness': 0 },
  defaults_map: { a: 1, sub: { x: 1 } },
  override_map: { b: 2, sub: { y: 2 } },
  result: { rc: 0, stdout: 'bird is running', stderr: '', failed: false, changed: true, stdout_lines: ['a', 'b'] },
  failed_result: { rc: 1, stdout: '', stderr: 'not found', failed: true, changed: false, skipped: false },
  stat_result: { stat: { exists: true, size: 12 } },
  version_output: { stdout: 'Kubernetes v1.28.3' },
  json_output: { stdout: '{"items": [{"name": "a"}, {"name": "b"}]}' },
  item: { key: 'eth0', value: { mtu: 1500 }, name: 'calico.yml' },
};

/** Conditions: `when`, `until`, `failed_when`, `assert`. */
export const conditionSamples: readonly JinjaSample[] = [
  { jinja: 'kube_version is defined', hint: 'defined(kube_version)', value: true },
  { jinja: 'calico_pool is not defined', hint: '!defined(calico_pool)', value: true },
  { jinja: 'calico_pool is undefined', hint: '!defined(calico_pool)', value: true },
  {
    jinja: 'hostvars[inventory_hostname].ip is defined',
    hint: 'defined(hostvars[inventory_hostname].ip)',
    value: true,
  },
  { jinja: "hostvars['node1']['access_ip'] is defined", hint: 'defined(hostvars.node1.access_ip)', value: false },
  { jinja: 'bird_enabled and not calico_enabled', hint: 'bird_enabled && !calico_enabled', value: true },
  { jinja: 'not bird_enabled or calico_enabled', hint: '!bird_enabled || calico_enabled', value: false },
  { jinja: 'not (bird_enabled and calico_enabled)', hint: '!(bird_enabled && calico_enabled)', value: true },
  { jinja: 'enable_text | bool', hint: 'bool(enable_text)', value: true },
  { jinja: 'missing_flag | default(false) | bool', hint: 'bool(default(missing_flag, false))', value: false },
  { jinja: 'peers | length > 0', hint: 'size(peers) > 0', value: true },
  { jinja: 'peers|length', hint: 'size(peers) != 0', value: true },
  { jinja: 'missing_list | default([]) | length == 0', hint: 'size(default(missing_list, [])) == 0', value: true },
  {
    jinja: "inventory_hostname in groups['kube_control_plane'] and bird_enabled",
    hint: 'inventory_hostname in groups.kube_control_plane && bird_enabled',
    value: true,
  },
  {
    jinja: "inventory_hostname not in groups['kube_node']",
    hint: '!(inventory_hostname in groups.kube_node)',
    value: true,
  },
  {
    jinja: "groups['calico-rr'] | default([]) | length > 0",
    hint: 'size(default(groups["calico-rr"], [])) > 0',
    value: false,
  },
  {
    jinja: "inventory_hostname == groups['etcd'] | first",
    hint: 'inventory_hostname == groups.etcd.first()',
    value: true,
  },
  {
    jinja: "'kube_control_plane' in group_names and mtu == 0",
    hint: '"kube_control_plane" in group_names && mtu == 0',
    value: true,
  },
  { jinja: 'result is failed', hint: 'result.failed', value: false },
  { jinja: 'result is not failed', hint: '!result.failed', value: true },
  { jinja: 'result is succeeded and result is changed', hint: '!result.failed && result.changed', value: true },
  { jinja: 'failed_result is skipped', hint: 'failed_result.skipped', value: false },
  {
    jinja: "failed_result.rc != 0 and 'not found' not in failed_result.stderr",
    hint: 'failed_result.rc != 0 && !failed_result.stderr.contains("not found")',
    value: false,
  },
  {
    jinja: "'running' in result.stdout and result.rc == 0",
    hint: 'result.stdout.contains("running") && result.rc == 0',
    value: true,
  },
  {
    jinja: "result.stdout.find('running') != -1 and not calico_enabled",
    hint: 'result.stdout.indexOf("running") != -1 && !calico_enabled',
    value: true,
  },
  { jinja: 'not stat_result.stat.exists', hint: '!stat_result.stat.exists', value: false },
  {
    jinja: "kube_version is version('v1.24.0', '>=')",
    hint: 'version(kube_version, ">=", "v1.24.0")',
    value: true,
  },
  {
    jinja: "ansible_distribution == 'Ubuntu' and ansible_distribution_version is version('20.04', 'lt')",
    hint: 'ansible_distribution == "Ubuntu" && version(ansible_distribution_version, "lt", "20.04")',
    value: false,
  },
  {
    jinja: "ansible_os_family in ['RedHat', 'Debian'] and kube_proxy_mode != 'iptables'",
    hint: 'ansible_os_family in ["RedHat", "Debian"] && kube_proxy_mode != "iptables"',
    value: true,
  },
  {
    jinja: "kube_network_plugin in ('calico', 'cilium') or false",
    hint: 'kube_network_plugin in ["calico", "cilium"] || false',
    value: true,
  },
  { jinja: "kube_version is match('v1\\.28')", hint: 'kube_version.matches("^v1\\\\.28")', value: true },
  {
    jinja: "version_output.stdout is search('1\\.2[0-9]')",
    hint: 'version_output.stdout.matches("1\\\\.2[0-9]")',
    value: true,
  },
  { jinja: "kube_version is not match('v2')", hint: '!kube_version.matches("^v2")', value: true },
  { jinja: 'nothing is none', hint: 'nothing == null', value: true },
  { jinja: 'vip is not none and vip | length > 0', hint: '!(vip == null) && size(vip) > 0', value: false },
  {
    jinja: 'peers is iterable and peers is not string',
    hint: 'type(peers) in ["list", "map", "string"] && !(type(peers) == "string")',
    value: true,
  },
  { jinja: 'sysctls is mapping', hint: 'type(sysctls) == "map"', value: true },
  {
    jinja: 'bgp_asn | int > 64511 and local_asn | int < 65535',
    hint: 'int(bgp_asn) > 64511 && int(local_asn) < 65535',
    value: true,
  },
  { jinja: "(groups['etcd'] | length) % 2 == 1", hint: 'size(groups.etcd) % 2 == 1', value: true },
  { jinja: "groups['etcd'] | length is odd", hint: 'size(groups.etcd) % 2 != 0', value: true },
  {
    jinja: "peers | selectattr('active') | list | length == 2",
    hint: 'size(peers.filter(i, i.active)) == 2',
    value: true,
  },
  {
    jinja: "peers | selectattr('name', 'equalto', 'rr1') | list | length > 0",
    hint: 'size(peers.filter(i, i.name == "rr1")) > 0',
    value: true,
  },
  {
    jinja: "peers | rejectattr('tags', 'defined') | map(attribute='name') | list == ['rr2', 'leaf1']",
    hint: 'peers.filter(i, !defined(i.tags)).map(i, i.name) == ["rr2", "leaf1"]',
    value: true,
  },
  {
    jinja: "peers | map(attribute='asn') | unique | list | length > 1",
    hint: 'size(unique(peers.map(i, i.asn))) > 1',
    value: true,
  },
  {
    jinja: "groups['kube_node'] | difference(groups['etcd']) | length == 0",
    hint: 'size(difference(groups.kube_node, groups.etcd)) == 0',
    value: true,
  },
  {
    jinja: "kube_version.startswith('v1') and calico_enabled is false",
    hint: 'kube_version.startsWith("v1") && calico_enabled == false',
    value: true,
  },
  {
    jinja: "(missing | default('none')) == 'none' and true",
    hint: 'default(missing, "none") == "none" && true',
    value: true,
  },
  { jinja: "missing.deep.er | default('') == ''", hint: 'default(missing.deep.er, "") == ""', value: true },
  { jinja: "'{{ container_manager }}' == 'containerd'", hint: 'container_manager == "containerd"', value: true },
  { jinja: '{{ bird_enabled }}', hint: 'bird_enabled', value: true },
  { jinja: "{{ container_manager == 'docker' }}", hint: 'container_manager == "docker"', value: false },
  { jinja: '(True if bird_enabled else False)', hint: 'bird_enabled ? true : false', value: true },
  { jinja: "'a' ~ bgp_asn == 'a64512'", hint: '"a" + string(bgp_asn) == "a64512"', value: true },
  {
    jinja: "groups['etcd'] | map('extract', hostvars, 'ip') | list == ['10.0.0.11', '10.0.0.12', '10.0.0.13']",
    hint: 'groups.etcd.map(i, hostvars[i].ip) == ["10.0.0.11", "10.0.0.12", "10.0.0.13"]',
    value: true,
  },
  {
    jinja: "groups['etcd'] | map('extract', hostvars) | map(attribute='zone') | list | unique | length == 2",
    hint: 'size(unique(groups.etcd.map(i, hostvars[i]).map(i, i.zone))) == 2',
    value: true,
  },
  {
    jinja: "dns_servers | select('match', '8.*') | list | length == 1",
    hint: 'size(dns_servers.filter(i, i.matches("^8.*"))) == 1',
    value: true,
  },
  {
    jinja: "(json_output.stdout | from_json)['items'] | length == 2",
    hint: 'size(fromJson(json_output.stdout).items) == 2',
    value: true,
  },
  { jinja: "result.stdout_lines | last == 'b'", hint: 'result.stdout_lines.last() == "b"', value: true },
  { jinja: 'item.value.mtu | default(9000) == 1500', hint: 'default(item.value.mtu, 9000) == 1500', value: true },
  { jinja: "sysctls['net.ipv4.ip_forward'] | int == 1", hint: 'int(sysctls["net.ipv4.ip_forward"]) == 1', value: true },
];

/** What stands in `{{ … }}`. */
export const templateSamples: readonly JinjaSample[] = [
  { jinja: "{{ missing | default('x') }}", hint: '{{default missing "x"}}', value: 'x' },
  { jinja: "{{ vip | default('10.0.0.9', true) }}", hint: '{{default vip "10.0.0.9" true}}', value: '10.0.0.9' },
  { jinja: '{{ missing.sub | d(5) }}', hint: '{{default missing.sub 5}}', value: 5 },
  {
    jinja: '{{ missing | default(omitted | default(bgp_asn)) }}',
    hint: '{{default missing (default omitted bgp_asn)}}',
    value: 64512,
  },
  { jinja: '{{ missing | default([]) }}', hint: '{{default missing (cel "[]")}}', value: [] },
  { jinja: "{{ dns_servers | join(',') }}", hint: '{{join dns_servers ","}}', value: '8.8.8.8,1.1.1.1' },
  {
    jinja: "{{ (dns_servers + extra_dns) | unique | join(' ') }}",
    hint: '{{join (unique (cel "dns_servers + extra_dns")) " "}}',
    value: '8.8.8.8 1.1.1.1 9.9.9.9',
  },
  {
    jinja: '{{ dns_servers | union(extra_dns) | sort | list }}',
    hint: '{{sort (union dns_servers extra_dns)}}',
    value: ['1.1.1.1', '8.8.8.8', '9.9.9.9'],
  },
  { jinja: '{{ dns_servers[0] }}', hint: '{{dns_servers.[0]}}', value: '8.8.8.8' },
  { jinja: '{{ dns_servers[-1] }}', hint: '{{last dns_servers}}', value: '1.1.1.1' },
  { jinja: "{{ hostvars['node2']['ip'] }}", hint: '{{hostvars.node2.ip}}', value: '10.0.0.12' },
  { jinja: "{{ groups['calico-rr'] }}", hint: '{{groups.calico-rr}}', value: [] },
  {
    jinja: "{{ hostvars[inventory_hostname]['ip'] }}",
    hint: '{{lookup (lookup hostvars inventory_hostname) "ip"}}',
    value: '10.0.0.11',
  },
  {
    jinja: "{{ hostvars[groups['kube_node'][0]].ip }}",
    hint: '{{lookup (lookup hostvars groups.kube_node.[0]) "ip"}}',
    value: '10.0.0.12',
  },
  {
    jinja: "{{ groups['etcd'] | map('extract', hostvars, 'ip') | join(',') }}",
    hint: '{{join (cel "groups.etcd.map(i, hostvars[i].ip)") ","}}',
    value: '10.0.0.11,10.0.0.12,10.0.0.13',
  },
  {
    jinja:
      "{{ groups['etcd'] | map('extract', hostvars, ['ip']) | map('regex_replace', '^', 'https://') | map('regex_replace', '$', ':2379') | join(',') }}",
    hint: `{{join (cel "groups.etcd.map(i, hostvars[i].ip).map(i, regexReplace(i, '^', 'https://')).map(i, regexReplace(i, '$', ':2379'))") ","}}`,
    value: 'https://10.0.0.11:2379,https://10.0.0.12:2379,https://10.0.0.13:2379',
  },
  {
    jinja: "{{ peers | map(attribute='ip') | list }}",
    hint: '{{cel "peers.map(i, i.ip)"}}',
    value: ['10.0.0.1', '10.0.0.2', '10.0.1.1'],
  },
  {
    jinja: "{{ peers | selectattr('asn', '==', bgp_asn) | map(attribute='name') | join(' ') }}",
    hint: '{{join (cel "peers.filter(i, i.asn == bgp_asn).map(i, i.name)") " "}}',
    value: 'rr1 leaf1',
  },
  {
    jinja: "{{ kube_version | regex_replace('^v', '') }}",
    hint: '{{regexReplace kube_version "^v" ""}}',
    value: '1.28.3',
  },
  {
    jinja: "{{ kube_version | regex_search('[0-9]+\\.[0-9]+') }}",
    hint: '{{regexSearch kube_version "[0-9]+\\.[0-9]+"}}',
    value: '1.28',
  },
  { jinja: "{{ kube_version.split('.')[0] }}", hint: `{{lookup (cel "kube_version.split('.')") 0}}`, value: 'v1' },
  {
    jinja: "{{ 'https://' ~ ip ~ ':' ~ 6443 }}",
    hint: '{{concat (concat (concat "https://" ip) ":") 6443}}',
    value: 'https://10.0.0.11:6443',
  },
  { jinja: "{{ 'eth' + inventory_hostname }}", hint: '{{concat "eth" inventory_hostname}}', value: 'ethnode1' },
  { jinja: '{{ bgp_asn + 1 }}', hint: '{{add bgp_asn 1}}', value: 64513 },
  { jinja: '{{ (bgp_asn - 64512) * 2 + 1 }}', hint: '{{add (mul (sub bgp_asn 64512) 2) 1}}', value: 1 },
  { jinja: "{{ (groups['etcd'] | length) // 2 + 1 }}", hint: '{{add (div (length groups.etcd) 2) 1}}', value: 2 },
  { jinja: "{{ 'yes' if bird_enabled else 'no' }}", hint: '{{ternary bird_enabled "yes" "no"}}', value: 'yes' },
  { jinja: "{{ ip if vip is not defined else 'x' }}", hint: '{{ternary (not (defined vip)) ip "x"}}', value: 'x' },
  { jinja: "{{ bird_enabled | ternary('on', 'off') }}", hint: '{{ternary bird_enabled "on" "off"}}', value: 'on' },
  { jinja: '{{ missing is defined }}', hint: '{{defined missing}}', value: false },
  { jinja: '{{ vip or ip }}', hint: '{{default vip ip true}}', value: '10.0.0.11' },
  { jinja: "{{ inventory_hostname in groups['etcd'] }}", hint: '{{in inventory_hostname groups.etcd}}', value: true },
  { jinja: '{{ not calico_enabled }}', hint: '{{not calico_enabled}}', value: true },
  { jinja: "{{ kube_version is version('v1.20', '>') }}", hint: '{{version kube_version ">" "v1.20"}}', value: true },
  { jinja: '{{ inventory_hostname | upper }}', hint: '{{upper inventory_hostname}}', value: 'NODE1' },
  {
    jinja: '{{ defaults_map | combine(override_map) }}',
    hint: '{{combine defaults_map override_map}}',
    value: { a: 1, sub: { y: 2 }, b: 2 },
  },
  {
    jinja: '{{ defaults_map | combine(override_map, recursive=True) }}',
    hint: '{{combine defaults_map override_map recursive=true}}',
    value: { a: 1, sub: { x: 1, y: 2 }, b: 2 },
  },
  { jinja: '{{ defaults_map | dict2items | length }}', hint: '{{length (dict2items defaults_map)}}', value: 2 },
  {
    jinja: "{{ peers | items2dict(key_name='name', value_name='ip') }}",
    hint: '{{items2dict peers key_name="name" value_name="ip"}}',
    value: { rr1: '10.0.0.1', rr2: '10.0.0.2', leaf1: '10.0.1.1' },
  },
  { jinja: '{{ nested | flatten }}', hint: '{{flatten nested}}', value: [1, 2, 3] },
  { jinja: '{{ ip | b64encode }}', hint: '{{b64encode ip}}', value: 'MTAuMC4wLjEx' },
  {
    jinja: "{{ 'abc' | hash('sha256') }}",
    hint: '{{hash "abc" "sha256"}}',
    value: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  },
  { jinja: "{{ '/etc/bird/bird.conf' | basename }}", hint: '{{basename "/etc/bird/bird.conf"}}', value: 'bird.conf' },
  {
    jinja: '{{ json_output.stdout | from_json }}',
    hint: '{{fromJson json_output.stdout}}',
    value: { items: [{ name: 'a' }, { name: 'b' }] },
  },
  {
    jinja: '{{ peers | sort(attribute="name") | first }}',
    hint: '{{first (sortBy peers "name")}}',
    value: { name: 'leaf1', ip: '10.0.1.1', asn: 64512, active: true },
  },
  { jinja: '{{ [bgp_asn, 5] | min }}', hint: '{{min (cel "[bgp_asn, 5]")}}', value: 5 },
  { jinja: "{{ lookup('env', 'KMESH_SAMPLE') }}", hint: '{{lookup "env" "KMESH_SAMPLE"}}', value: 'from outside' },
  { jinja: '{{ range(1, 4) | list }}', hint: '{{range 1 4}}', value: [1, 2, 3] },
  { jinja: "{{ sysctls['vm.swappiness'] }}", hint: '{{sysctls.[vm.swappiness]}}', value: 0 },
  { jinja: '{{ local_asn | int }}', hint: '{{int local_asn}}', value: 64513 },
];

/** Heads of blocks. */
export const blockSamples: readonly { readonly jinja: string; readonly hint: string }[] = [
  {
    jinja: '{% if bird_enabled and vip is defined %}',
    hint: '{{#if (and bird_enabled (defined vip))}} … {{else}} … {{/if}}',
  },
  { jinja: "{% elif kube_network_plugin == 'calico' %}", hint: '{{else if (eq kube_network_plugin "calico")}}' },
  { jinja: "{% for host in groups['etcd'] %}", hint: '{{#each groups.etcd as |host|}} … {{/each}}' },
  { jinja: '{%- for key, value in sysctls.items() -%}', hint: '{{#each sysctls as |value key|}} … {{/each}}' },
  { jinja: '{% for k, v in sysctls | dictsort %}', hint: '{{#each sysctls as |v k|}} … {{/each}}' },
  {
    jinja: '{% for peer in peers if peer.active %}',
    hint: '{{#each (cel "peers.filter(i, i.active)") as |peer|}} … {{/each}}',
  },
  {
    jinja: "{% for peer in peers if peer.name != 'rr1' %}",
    hint: `{{#each (cel "peers.filter(i, i.name != 'rr1')") as |peer|}} … {{/each}}`,
  },
  {
    jinja: '{% for host in groups.etcd if host != inventory_hostname %}',
    hint: '{{#each (cel "groups.etcd.filter(i, i != inventory_hostname)") as |host|}} … {{/each}}',
  },
  { jinja: "{% set first = groups['etcd'] | first %}", hint: '{{#with (first groups.etcd) as |first|}} … {{/with}}' },
  { jinja: "{% include 'parts/peer.j2' %}", hint: '{{lookup "template" \'parts/peer.hbs\'}}' },
];
