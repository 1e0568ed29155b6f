"""What a judgement rests on: things of the record, named by kind and id and looked up before anybody relies on them."""
