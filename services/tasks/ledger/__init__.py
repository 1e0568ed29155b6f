"""The ledger of aid and credit: a village's money, goods and voluntary labour, in double entry, by separate hands."""
