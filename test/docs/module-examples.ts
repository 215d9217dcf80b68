/** One example of each module, as tasks; `docs.test.ts` reads all of them. */
export const moduleExamples: Readonly<Record<string, string>> = {
  apt: `
- name: bird, in a version that was tried
  apt: {name: bird2=2.0.*, update_cache: true, cache_valid_time: 3600}
`,
  assert: `
- name: one reflector alone is no redundancy
  assert:
    that: size(groups.reflectors) >= 2
    fail_msg: "{{ length groups.reflectors }} reflectors are too few."
`,
  command: `
- name: what bird sees
  command: birdc show protocols
  register: protocols
  changed_when: false
  check_mode: false
- name: the control plane, once
  command:
    argv: [kubeadm, init, --config, /etc/kubernetes/kubeadm.yaml]
    creates: /etc/kubernetes/admin.conf
`,
  copy: `
- name: who may log in
  copy:
    content: "%admin ALL=(ALL) NOPASSWD: ALL\\n"
    dest: /etc/sudoers.d/admin
    mode: '0440'
    validate: visudo -c -f %s
`,
  debug: `
- name: where this host is
  debug: {msg: "{{ inventory_hostname }} is {{ facts.default_ipv4.address }}"}
- name: the kernel, at -v only
  debug: {var: facts.kernel, verbosity: 1}
`,
  fail: `
- name: wrong place
  fail: {msg: "{{ inventory_hostname }} runs {{ facts.os.name }}, which nobody tried."}
  when: facts.os.family != 'debian'
`,
  file: `
- name: a directory, and those above it
  file: {path: /etc/kubernetes/manifests, state: directory, mode: '0700'}
- name: no old config
  file: {path: /etc/cni/net.d/99-loopback.conf, state: absent}
`,
  group: `
- name: who may ask bird
  group: {name: bgp, system: true}
`,
  hostname: `
- name: the name of the inventory
  hostname: {name: "{{ inventory_hostname }}"}
`,
  lineinfile: `
- name: no swap after a boot
  lineinfile: {path: /etc/fstab, regexp: '\\sswap\\s', state: absent}
`,
  modprobe: `
- name: bridges are filtered, now and after a boot
  modprobe: {name: br_netfilter, persistent: present}
`,
  package: `
- name: tools that all distributions call alike
  package: {name: [tcpdump, ethtool]}
`,
  service: `
- name: bird runs, now and after a boot
  service: {name: bird, state: started, enabled: true}
`,
  set_fact: `
- name: the address that peers see
  set_fact:
    node_ip: "{{ facts.default_ipv4.address }}"
`,
  setup: `
- name: the interfaces have changed
  setup: {}
`,
  shell: `
- name: sessions that are down
  shell: birdc show protocols | grep BGP | grep -v Established
  register: down
  changed_when: false
  check_mode: false
  failed_when: down.rc == 0
`,
  stat: `
- name: is there a cluster
  stat: {path: /etc/kubernetes/admin.conf}
  register: admin
- name: there is one
  debug: {msg: Nothing to do.}
  when: admin.stat.exists
`,
  sysctl: `
- name: nodes route packets
  sysctl: {name: net.ipv4.ip_forward, value: 1, sysctl_file: /etc/sysctl.d/99-mesh.conf}
`,
  systemd: `
- name: a unit whose file was just written
  systemd: {name: kube-router, state: started, enabled: true, daemon_reload: true}
`,
  template: `
- name: bird.conf, when bird itself accepts it
  template:
    src: bird.conf.hbs
    dest: /etc/bird/bird.conf
    mode: '0640'
    validate: bird -p -c %s
  notify: reload bird
`,
  user: `
- name: an account for the agent
  user: {name: metrics, system: true, shell: /usr/sbin/nologin, create_home: false}
`,
  wait_for: `
- name: the API server answers
  wait_for: {port: 6443, timeout: 60}
`,
};
