"""Faults that collecting must survive: real servers, real processes, real full disks."""
