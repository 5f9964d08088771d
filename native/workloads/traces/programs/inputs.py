"""Writes the inputs that the recorded programs read: items.json, book.xml, words.txt. The same bytes every time."""
import json
import random

random.seed(7)


def value(depth):
    k = random.random()
    if depth == 0 or k < 0.3:
        text = "text %d " % random.randint(0, 999) * random.randint(1, 5)
        return random.choice([random.randint(0, 10**6), random.random() * 100, text, True, None])
    if k < 0.6:
        return [value(depth - 1) for _ in range(random.randint(0, 5))]
    return {"key%d" % random.randint(0, 50): value(depth - 1) for _ in range(random.randint(1, 6))}


def word():
    return "".join(random.choice("abcdefghij") for _ in range(random.randint(2, 9)))


def item(i):
    tags = ["t%d" % random.randint(0, 9) for _ in range(random.randint(0, 4))]
    return {"id": i, "name": "item %d" % i, "tags": tags, "data": value(3)}


def paragraph():
    words = " ".join(word() for _ in range(random.randint(3, 20)))
    return '<p class="%s">%s <em>%s</em> %s</p>' % (random.choice("ab"), words, word(), word())


def chapter(i):
    paragraphs = "".join(paragraph() for _ in range(25))
    return '<chapter id="c%d"><title>%s</title>%s</chapter>' % (i, word(), paragraphs)


with open("items.json", "w") as file:
    json.dump([item(i) for i in range(260)], file)
with open("book.xml", "w") as file:
    file.write("<book>%s</book>" % "".join(chapter(i) for i in range(40)))
with open("words.txt", "w") as file:
    file.write("\n".join(" ".join(word() for _ in range(10)) for _ in range(1500)))
