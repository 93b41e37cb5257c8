"""JSON as portals, webhooks and logs hand it out: documents, the records in them, their fields."""
