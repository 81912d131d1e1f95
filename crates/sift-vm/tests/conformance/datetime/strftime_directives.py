from datetime import date, datetime, time

moment = datetime(2024, 2, 9, 7, 5, 3, 42)
for directive in "aAbBcCdDeFgGhHIjklmMpPrRsSTuUVwWxXyY%f":
    print(directive, repr(moment.strftime("%" + directive)), end="; ")
print()
for form in ["%-d.%-m.%y", "%_d|%e|%k|%l", "%^a %^B %#p", "%05d %3Y %10A|", "%d%%", "%Q %", "%n%t|", "%E %Od"]:
    print(form, "=>", repr(moment.strftime(form)))
print(date(2024, 2, 9).strftime("%Y-%m-%d %H:%M:%S.%f"), time(13, 5).strftime("%I:%M %p on %Y-%m-%d"))
print(date(987, 6, 5).strftime("%Y %y %C %G"), repr(moment.strftime("")), moment.strftime("%Y年%m月%d日"))
print(repr(moment.strftime("%z|%Z|%-z|%5Z|")))
