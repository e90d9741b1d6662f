"""The ten promises of sealed bids (docs/sealing.md), one file each; those that need a browser are among journeys."""
