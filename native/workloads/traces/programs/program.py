import sys
class Order:
    __slots__ = ('number', 'customer', 'lines')
    def __init__(self, number, customer):
        self.number, self.customer, self.lines = number, customer, []
    def total(self):
        return sum(quantity * price for _, quantity, price in self.lines)
state = 42
def random(n):
    global state
    state = (state * 1103515245 + 12345) % 2147483648
    return state // 65536 % n
orders = []
for number in range(700):
    order = Order(number, 'customer %d' % random(60))
    for line in range(random(5) + 1):
        order.lines.append(('article-%05d' % random(400), random(9) + 1, random(10000) / 100))
    orders.append(order)
by_customer = {}
for order in orders:
    by_customer.setdefault(order.customer, []).append(order)
out = []
for customer in sorted(by_customer):
    theirs = by_customer[customer]
    out.append('%s: %d orders, %.2f' % (customer, len(theirs), sum(o.total() for o in theirs)))
    for order in theirs:
        out.append('  ' + ', '.join(sorted({article for article, _, _ in order.lines})))
text = '\n'.join(out)
words = {}
for word in text.replace(',', ' ').split():
    words[word] = words.get(word, 0) + 1
print(len(text), len(words), max(words, key=words.get))
