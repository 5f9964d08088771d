-- A small text game of objects: tables, closures, strings built and thrown away.
local words, seen = {}, {}
local state = 42
local function random(n) state = (state * 1103515245 + 12345) % 2147483648; return state // 65536 % n + 1 end
for i = 1, 1500 do
  local w = {}
  for j = 1, random(6) + 1 do w[j] = string.char(96 + random(26)) end
  words[i] = table.concat(w)
end
local Node = {}
Node.__index = Node
function Node.new(key) return setmetatable({ key = key, count = 1 }, Node) end
function Node:insert(key)
  if key == self.key then self.count = self.count + 1
  elseif key < self.key then
    if self.left then self.left:insert(key) else self.left = Node.new(key) end
  elseif self.right then self.right:insert(key) else self.right = Node.new(key) end
end
local root = Node.new('m')
for round = 1, 6 do
  local text = {}
  for i = 1, #words do
    local w = words[random(#words)]
    root:insert(w .. (round % 3))
    seen[w] = (seen[w] or 0) + 1
    text[#text + 1] = w:upper():reverse()
  end
  local page = table.concat(text, ' ')
  local lengths = {}
  for w in page:gmatch('%a+') do lengths[#w] = (lengths[#w] or 0) + 1 end
  local tasks = {}
  for i = 1, 300 do
    tasks[i] = coroutine.wrap(function(a) local b = coroutine.yield({ a, i }) return { b, a } end)
    tasks[i](i)
  end
  for i = 1, 300, 2 do tasks[i](i) end
end
print(root.count, #words)
