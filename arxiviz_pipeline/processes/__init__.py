"""What programs that handle unread input are kept by: `limits`, and `process_tree` at their end."""
