# The role of the benchmark, in pyinfra's words (3.x); the templates are those of Ansible.
from io import StringIO
from os.path import abspath, dirname, join

from pyinfra import host
from pyinfra.facts.files import Directory, File
from pyinfra.operations import apt, files, server, systemd
from pyinfra.operations.util import any_changed

templates = join(dirname(dirname(abspath(__file__))), "ansible/roles/mesh/templates")
names = ("mesh_name", "mesh_cluster", "mesh_services", "mesh_mtu", "mesh_peers", "mesh_routes")
names += ("node_index", "node_ip", "node_asn", "node_pods")
data = {name: host.data.get(name) for name in names}
data["inventory_hostname"] = host.name


def template(name, dest, group, mode):
    src = join(templates, name + ".j2")
    return files.template(name=name, src=src, dest=dest, user="root", group=group, mode=mode, **data)


server.group(name="group", group="meshd", system=True)
server.user(name="user", user="meshd", group="meshd", system=True, shell="/usr/sbin/nologin", home="/var/lib/mesh")
apt.packages(name="a package that is there", packages=["procps"])
files.directory(name="config directory", path="/etc/mesh", user="root", group="meshd", mode="750")
files.directory(name="data directory", path="/var/lib/mesh", user="meshd", group="meshd", mode="750")
files.directory(name="program directory", path="/opt/mesh/bin", user="root", group="root", mode="755")

for program in ("agent", "router"):
    src = join(host.data.get("bench_files"), program)
    files.put(name=program, src=src, dest="/opt/mesh/bin/" + program, user="root", group="root", mode="755")
for program in ("agent", "router"):
    files.link(name=program + " is in the path", path="/usr/local/bin/mesh-" + program, target="/opt/mesh/bin/" + program)

written = [
    template("mesh.conf", "/etc/mesh/mesh.conf", "meshd", "640"),
    template("peers.conf", "/etc/mesh/peers.conf", "meshd", "640"),
    template("routes.conf", "/etc/mesh/routes.conf", "meshd", "640"),
    template("filters.conf", "/etc/mesh/filters.conf", "meshd", "640"),
    template("balancer.cfg", "/etc/mesh/balancer.cfg", "meshd", "640"),
    template("mesh.env", "/etc/default/mesh", "root", "644"),
    template("mesh-up", "/usr/local/sbin/mesh-up", "root", "755"),
    template("mesh.service", "/etc/systemd/system/mesh.service", "root", "644"),
]

files.put(
    name="kernel modules at boot",
    src=StringIO("dummy\nvxlan\n"),
    dest="/etc/modules-load.d/mesh.conf",
    user="root",
    group="root",
    mode="644",
)
server.sysctl(
    name="reverse path filter",
    key="net.ipv4.conf.all.rp_filter",
    value=2,
    persist=True,
    persist_file="/etc/sysctl.d/90-mesh.conf",
)
files.line(name="name of the mesh", path="/etc/hosts", line="10.255.0.1 mesh-api")
if not host.get_fact(File, "/var/lib/mesh/identity"):
    server.shell(name="identity, once", commands=["cp /etc/machine-id /var/lib/mesh/identity"])
if not host.get_fact(Directory, "/var/lib/mesh/store"):
    server.shell(name="store, once", commands=["mkdir -m 0700 /var/lib/mesh/store"])

systemd.daemon_reload(name="units are known", _if=any_changed(*written))
systemd.service(name="it runs, now and after a boot", service="mesh", running=True, enabled=True)
systemd.service(name="restart", service="mesh", restarted=True, _if=any_changed(*written))
