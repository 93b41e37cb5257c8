"""What captures share: packets to flows, flows to hosts and apps, flows to evidence."""
