#!/bin/sh
# Writes nginx's configuration from the environment into a folder that may be written to, and becomes nginx.
set -eu
here=$(dirname "$0")
folder=${RUN_FOLDER:-/tmp/web}
: "${ADMIN_API_URL:?web: ADMIN_API_URL is not set}"

umask 077
mkdir -p "$folder"
sed -e "s|@ADMIN_API_URL@|${ADMIN_API_URL%/}|g" \
    -e "s|@PHOTOCHANGER_PUBLIC_BASE_URL@|${PHOTOCHANGER_PUBLIC_BASE_URL:-http://127.0.0.1:8080}|g" \
    -e "s|@LISTEN_HOST@|${LISTEN_HOST:-0.0.0.0}|g" \
    -e "s|@WEB_PORT@|${WEB_PORT:-8080}|g" \
    -e "s|@METRICS_PORT@|${METRICS_PORT:-9100}|g" \
    -e "s|@WEB_FOLDER@|${WEB_FOLDER:-$here/pages}|g" \
    "$here/nginx.conf" >"$folder/nginx.conf"
echo "${TRUSTED_PROXIES:-}" | tr ', ' '\n\n' | sed -n 's|..*|set_real_ip_from &;|p' >"$folder/trusted-proxies.conf"
exec nginx -p "$folder" -c "$folder/nginx.conf" -e stderr -g 'daemon off;'
