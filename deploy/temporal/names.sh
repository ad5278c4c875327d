#!/bin/sh
# Registers the namespace and our search attributes; may run again at any time.
set -eu

until temporal operator cluster health >/dev/null 2>&1; do
  echo "Waiting for Temporal at $TEMPORAL_ADDRESS"
  sleep 2
done
temporal operator namespace describe --namespace default >/dev/null 2>&1 ||
  temporal operator namespace create --namespace default --retention 168h
known=$(temporal operator search-attribute list --namespace default)
for name in HandrailPack HandrailIntent HandrailRoute HandrailStatus HandrailChannel; do
  case $known in
    *"$name"*) ;;
    *) temporal operator search-attribute create --namespace default --name "$name" --type Keyword ;;
  esac
done
