"""The networks of Training.cs in PyTorch, as its users write them; their weights are Kiln's at the start."""
import torch
from torch import nn

COUNTS = [10, 20, 50, 5, 100, 12, 7, 30]


def layers(*widths):
    made = []
    for before, after in zip(widths, widths[1:]):
        made += [nn.Linear(before, after), nn.ReLU()]
    return nn.Sequential(*made[:-1])


class FeedForward(nn.Module):
    def __init__(self, *widths):
        super().__init__()
        self.layers = layers(*widths)

    def forward(self, x):
        return self.layers(x).squeeze(1)


class Categorical(nn.Module):
    """Eight categorical columns, each with its embedding, beside the numbers."""

    def __init__(self):
        super().__init__()
        self.embeddings = nn.ModuleList(nn.Embedding(count, 8) for count in COUNTS)
        self.layers = layers(15 + 8 * len(COUNTS), 64, 64, 1)

    def forward(self, x, codes):
        return self.layers(torch.cat([x] + [table(codes[:, column]) for column, table in enumerate(self.embeddings)], 1)).squeeze(1)

    def take(self, state):
        table = state.pop("columns.embedding.weight")
        for column, part in enumerate(table.split(COUNTS)):
            state[f"embeddings.{column}.weight"] = part
        self.load_state_dict(state)


class Transformer(nn.Module):
    """FT-Transformer (Gorishniy et al. 2021) with Kiln's defaults, without dropout."""

    def __init__(self, features=50, blocks=3, size=192, heads=8):
        super().__init__()
        hidden = int(size * 4 / 3)
        self.heads = heads
        self.weight = nn.Parameter(torch.empty(features, size))
        self.bias = nn.Parameter(torch.empty(features, size))
        self.answer = nn.Parameter(torch.empty(1, 1, size))
        self.blocks = nn.ModuleList(nn.ModuleDict({
            **({"attention_norm": nn.LayerNorm(size)} if number else {}),
            "query": nn.Linear(size, size), "key_value": nn.Linear(size, 2 * size), "output": nn.Linear(size, size),
            "feed_forward_norm": nn.LayerNorm(size), "wide": nn.Linear(size, 2 * hidden), "narrow": nn.Linear(hidden, size)}) for number in range(blocks))
        self.head = nn.Sequential(nn.LayerNorm(size), nn.ReLU(), nn.Linear(size, 1))

    def split(self, tokens):
        return tokens.reshape(*tokens.shape[:2], self.heads, -1).transpose(1, 2)

    def forward(self, x):
        tokens = x.unsqueeze(2) * self.weight + self.bias
        tokens = torch.cat([tokens, self.answer.expand(len(x), 1, -1)], 1)
        for number, block in enumerate(self.blocks):
            known = block["attention_norm"](tokens) if number else tokens
            asking, stays = (known[:, -1:], tokens[:, -1:]) if number == len(self.blocks) - 1 else (known, tokens)
            keys, values = block["key_value"](known).chunk(2, 2)
            query = self.split(block["query"](asking))
            weights = (query @ self.split(keys).transpose(2, 3) / query.shape[3] ** 0.5).softmax(3)
            tokens = stays + block["output"]((weights @ self.split(values)).transpose(1, 2).reshape(stays.shape))
            one, gate = block["wide"](block["feed_forward_norm"](tokens)).chunk(2, 2)
            tokens = tokens + block["narrow"](one * gate.relu())
        return self.head(tokens.squeeze(1)).squeeze(1)

    def take(self, state):
        names = {"attention.": "", "feed_forward.0.": "wide.", "feed_forward.3.": "narrow.", "tokenizer.": ""}
        renamed = {}
        for name, tensor in state.items():
            for old, new in names.items():
                name = name.replace(old, new)
            renamed[name] = tensor
        self.load_state_dict(renamed)


class Convolutional(nn.Module):
    def __init__(self):
        super().__init__()
        stages, before = [], 1
        for after in (32, 64):
            stages += [nn.Conv2d(before, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU(), nn.MaxPool2d(2)]
            before = after
        self.layers = nn.Sequential(*stages, nn.Flatten(), nn.Dropout(0), nn.Linear(64 * 49, 128), nn.ReLU(), nn.Dropout(0), nn.Linear(128, 1))

    def forward(self, x):
        return self.layers(x.reshape(-1, 1, 28, 28)).squeeze(1)


MAKERS = {
    "small": lambda: FeedForward(15, 64, 64, 64, 1),
    "categorical": Categorical,
    "wide": lambda: FeedForward(50, 512, 512, 512, 1),
    "transformer": Transformer,
    "convolutional": Convolutional,
}


def make(name):
    return MAKERS[name]()


def load(network, state):
    getattr(network, "take", network.load_state_dict)(dict(state))
    return network
