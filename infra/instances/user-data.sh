# What an instance does when it starts for the first time; `infra/stacks/fleet.py` puts the settings before it.
#
# Afterwards it serves, or it says that it does not: then CloudFormation stops the rollout and goes back.
# ROOT is empty but in tests, which run all of this in a folder.
set -euo pipefail

: "${PREFIX:?}" "${BUCKET:?}" "${RELEASE:?}" "${STACK:?}" "${RESOURCE:?}" "${AWS_REGION:?}"
ROOT=${ROOT:-}

told() {
  local status=$?
  "$ROOT/opt/aws/bin/cfn-signal" --exit-code "$status" --stack "$STACK" --resource "$RESOURCE" --region "$AWS_REGION"
}
trap told EXIT

packages() {
  dnf install --assumeyes --quiet python3.11 amazon-cloudwatch-agent aws-cfn-bootstrap logrotate
}

# Nobody logs in: SSM opens sessions without a port, a key or a password.
harden() {
  systemctl disable --now sshd.service sshd.socket || true
  cat >"$ROOT/etc/sysctl.d/90-cartwheel.conf" <<'RULES'
kernel.dmesg_restrict = 1
kernel.kptr_restrict = 2
kernel.yama.ptrace_scope = 2
fs.protected_fifos = 2
fs.protected_regular = 2
net.ipv4.conf.all.accept_redirects = 0
net.ipv4.conf.all.send_redirects = 0
net.ipv4.conf.all.rp_filter = 1
net.ipv6.conf.all.accept_redirects = 0
RULES
  sysctl --quiet --system
}

user_and_folders() {
  id cartwheel >/dev/null 2>&1 || useradd --system --home-dir /var/lib/cartwheel --shell /sbin/nologin cartwheel
  install --directory --mode=0755 "$ROOT/opt/cartwheel"
  install --directory --mode=0750 --owner=cartwheel --group=cartwheel \
    "$ROOT/var/lib/cartwheel" "$ROOT/var/log/cartwheel"
  chown root:cartwheel "$ROOT/etc/cartwheel" "$ROOT/etc/cartwheel/environment"
  chmod 0750 "$ROOT/etc/cartwheel"
  chmod 0640 "$ROOT/etc/cartwheel/environment"
}

# The authorities that sign the certificates of RDS.
authorities() {
  curl --fail --silent --show-error --retry 5 --output "$ROOT/etc/cartwheel/rds.pem" \
    https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem
}

release() {
  "$ROOT/usr/local/sbin/cartwheel-release" fetch "$RELEASE"
  ln --symbolic --force --no-dereference "/opt/cartwheel/$RELEASE" "$ROOT/opt/cartwheel/current"
}

services() {
  local from="$ROOT/opt/cartwheel/$RELEASE/instances"
  install --mode=0644 "$from"/*.service "$ROOT/etc/systemd/system/"
  install --mode=0644 "$from/logrotate" "$ROOT/etc/logrotate.d/cartwheel"
  sed "s|PREFIX|$PREFIX|g" "$from/cloudwatch-agent.json" >"$ROOT/etc/cartwheel/cloudwatch-agent.json"
  systemctl daemon-reload
  systemctl enable --now cartwheel-api.service cartwheel-worker.service
  "$ROOT/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl" -a fetch-config -m ec2 -s \
    -c "file:$ROOT/etc/cartwheel/cloudwatch-agent.json"
}

# Ready, not only alive: a release that finds no database must not go on rolling.
until_ready() {
  for _ in $(seq 90); do
    if curl --fail --silent --max-time 2 --output /dev/null http://127.0.0.1:8000/api/ready; then return; fi
    sleep 2
  done
  echo "The shop does not get ready." >&2
  return 1
}

packages
harden
user_and_folders
authorities
release
services
until_ready
