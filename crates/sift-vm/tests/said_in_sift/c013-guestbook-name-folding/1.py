print(len(context), sum(1 + (c > "\x7f") + (c > "\u07ff") + (c > "\uffff") for c in context))
print(context[:900])
