"""Bank statements against receipts, and what managers and auditors should look at."""
