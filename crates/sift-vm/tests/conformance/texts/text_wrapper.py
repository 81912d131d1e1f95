import textwrap

wrapper = textwrap.TextWrapper(width=28, initial_indent="1. ", subsequent_indent="   ")
print(wrapper.fill("Check the valves before the pumps are started again."))
wrapper.width = 20
wrapper.initial_indent = "2. "
print(wrapper.fill("Note the pressure every hour."))
print(wrapper.wrap("short"), wrapper.width, wrapper.max_lines)
limited = textwrap.TextWrapper(20, max_lines=2, placeholder=" (more)")
print(limited.wrap("one two three four five six seven eight nine ten"))
print(type(wrapper).__name__, isinstance(wrapper, textwrap.TextWrapper))
try:
    textwrap.TextWrapper(colour="red")
except TypeError as error:
    print(error)
