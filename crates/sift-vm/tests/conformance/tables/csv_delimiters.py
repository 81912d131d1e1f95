import csv, io

samples = {
    "tab": ("a\tb\tc", "\t"),
    "pipe": ("a|b c|'d'", "|"),
    "semicolon": ('1,5;"2;3";x', ";"),
}
for name, (line, delimiter) in samples.items():
    print(name, next(csv.reader([line], delimiter=delimiter)))
print(next(csv.reader(["a\tb"], dialect="excel-tab")), next(csv.reader(["a\tb"], csv.excel_tab)))
print(next(csv.reader(["'a,b',c"], quotechar="'")))
print(next(csv.reader(["a, 'b, c', d"], quotechar="'", skipinitialspace=True)))
print(next(csv.reader(["a, b"], skipinitialspace=False)))
guess = max(",;\t|", key="x;y;z,1".count)
print(repr(guess), next(csv.reader(["x;y;z,1"], delimiter=guess)))
