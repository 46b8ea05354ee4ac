"""Ways to pay beside the card: purchase order, check, bank transfer; numbered invoices and credit notes.

models    what an event takes, what an order is to pay by when, receipts, invoices and their counter
terms     which ways an event takes, how many days it gives, to whom it is paid
dues      an order that is paid another way: confirmed with a balance, or pending with its places kept
receipts  checks and transfers that came, entered by hand; money given back by hand
bank_csv  a bank's statement as CSV (pure); bank_matching: which order a line pays (pure)
bank_lines  its lines, each once, and what became of them; organizing_bank: their pages
write_offs  what nobody will pay, given up with a reason
invoices  numbered without gaps, never changed: what is different later is a credit note and a new invoice
paper     an invoice as PDF, the same bytes every time (pure); drawing asks the process that knows how
letters   the mail that says what to pay, to whom and by when, whose words are in emails/
retention how long invoices name anybody
forms     what was typed, as values
pages     for the buyer; organizing: for the registrar
"""
