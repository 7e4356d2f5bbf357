"""Makes expected.safetensors: what PyTorch computes for the tests that compare with it; and scripted.pt, traced.pt, frozen.pt and tied.pt.

Run with PyTorch 1.13 in this folder: python3 make.py
Names: <case>/<what>. Inputs of a case are saved too, so that a test repeats the case from the file alone.
"""
import io
import json
import struct
import zipfile
from typing import Dict, Tuple

import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(1)
saved = {}


def save(name, tensor):
    saved[name] = tensor.detach().clone().contiguous()


def save_script(path, module):
    """Without the names of the source files that were compiled: they tell only of the machine."""
    whole = io.BytesIO()
    torch.jit.save(module, whole)
    with zipfile.ZipFile(whole) as given, zipfile.ZipFile(path, "w") as kept:
        for name in given.namelist():
            if not name.endswith(".debug_pkl"):
                kept.writestr(zipfile.ZipInfo(name), given.read(name))


def state(case, module):
    for name, tensor in module.state_dict().items():
        save(f"{case}/state/{name}", tensor)


def module_case(case, module, x, prepare=None):
    """Forward and backward of a module: output, input gradient, parameter gradients, buffers after."""
    if prepare:
        prepare(module)
    state(case, module)
    save(f"{case}/x", x)
    if x.is_floating_point():
        x = x.clone().requires_grad_()
    y = module(x)
    weight = torch.randn(y.shape, dtype=y.dtype)
    save(f"{case}/weight", weight)
    (y * weight).sum().backward()
    save(f"{case}/y", y)
    if x.is_floating_point():
        save(f"{case}/x.grad", x.grad)
    for name, parameter in module.named_parameters():
        if parameter.requires_grad:
            save(f"{case}/grad/{name}", parameter.grad)
    for name, buffer in module.named_buffers():
        save(f"{case}/after/{name}", buffer)


def loss_case(case, loss, x, target):
    save(f"{case}/x", x)
    save(f"{case}/target", target)
    for name, buffer in loss.named_buffers():
        save(f"{case}/state/{name}", buffer)
    x = x.clone().requires_grad_()
    y = loss(x, target)
    (y if y.dim() == 0 else y.sum()).backward()
    save(f"{case}/y", y)
    save(f"{case}/x.grad", x.grad)


torch.manual_seed(1)
d = torch.float64
x = torch.randn(6, 5, dtype=d)
module_case("linear", nn.Linear(5, 3).to(d), x)
module_case("embedding", nn.Embedding(7, 4, padding_idx=2).to(d), torch.tensor([[0, 6, 2], [3, 3, 1]]))


def shaped(norm):
    with torch.no_grad():
        norm.weight.uniform_(0.5, 1.5)
        norm.bias.normal_()


module_case("batchnorm", nn.BatchNorm1d(5).to(d), x, shaped)
module_case("batchnorm.eval", nn.BatchNorm1d(5).to(d), x, lambda m: (shaped(m), m.running_mean.normal_(), m.running_var.uniform_(0.5, 2), m.eval()))
for name, module in [("relu", nn.ReLU()), ("leakyrelu", nn.LeakyReLU(0.2)), ("gelu", nn.GELU()), ("silu", nn.SiLU()), ("sigmoid", nn.Sigmoid()),
                     ("tanh", nn.Tanh()), ("softmax", nn.Softmax(1)), ("logsoftmax", nn.LogSoftmax(1))]:
    module_case(name, module, x)
module_case("sequential", nn.Sequential(nn.Linear(5, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 2)).to(d), x)

classes = torch.tensor([0, 3, 1, 4, 2, 2])
share = torch.rand(6, 5, dtype=d)
loss_case("crossentropy", nn.CrossEntropyLoss(), x, classes)
loss_case("crossentropy.weighted", nn.CrossEntropyLoss(weight=torch.rand(5, dtype=d) + 0.1, label_smoothing=0.1), x, classes)
loss_case("bce", nn.BCEWithLogitsLoss(), x, share)
loss_case("bce.weighted", nn.BCEWithLogitsLoss(weight=torch.rand(6, 1, dtype=d), pos_weight=torch.rand(5, dtype=d) * 9), x, share)
loss_case("mse", nn.MSELoss(), x, share)
loss_case("mse.sum", nn.MSELoss(reduction="sum"), x, share)
loss_case("bce.none", nn.BCEWithLogitsLoss(reduction="none"), x, share)

# The same seed gives the same weights and the same dropout.
torch.manual_seed(42)
seeded = nn.Sequential(nn.Linear(15, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Dropout(0.3), nn.Linear(64, 1, bias=False))
state("seeded", seeded)
save("seeded/embedding", nn.Embedding(10, 3, padding_idx=4).weight)
save("seeded/permutation", torch.randperm(100))
rows = torch.randn(32, 15)
save("seeded/x", rows)
save("seeded/y", seeded(rows))

# Trajectories: the weights after each of several steps on one least-squares problem.
a = torch.randn(20, 4, dtype=d)
b = torch.randn(20, 3, dtype=d)
start = torch.randn(3, 4, dtype=d)
offset = torch.randn(3, dtype=d)
for name, tensor in [("a", a), ("b", b), ("start", start), ("offset", offset)]:
    save(f"trajectory/{name}", tensor)
optimizers = {
    "adam": lambda p: torch.optim.Adam(p, lr=0.05),
    "adam.decay": lambda p: torch.optim.Adam(p, lr=0.05, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.05),
    "adamw.decay": lambda p: torch.optim.AdamW(p, lr=0.05, weight_decay=0.3),
    "sgd": lambda p: torch.optim.SGD(p, lr=0.05),
    "sgd.momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, dampening=0.2, weight_decay=0.1),
    "sgd.nesterov": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.1, nesterov=True),
}
for dtype, suffix in [(torch.float64, ""), (torch.float32, ".float32")]:
    for name, make in optimizers.items():
        w, o = start.to(dtype).clone().requires_grad_(), offset.to(dtype).clone().requires_grad_()
        optimizer = make([w, o])
        path = []
        for step in range(12):
            optimizer.zero_grad()
            loss = ((a.to(dtype) @ w.t() + o - b.to(dtype)) ** 2).mean()
            loss.backward()
            nn.utils.clip_grad_norm_([w, o], 0.9)
            optimizer.step()
            path.append(torch.cat([w.detach().flatten(), o.detach()]))
        save(f"trajectory/{name}{suffix}", torch.stack(path))

# Learning rates of 12 epochs.
def rates(make):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    schedule = make(optimizer)
    seen = []
    for _ in range(12):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return torch.tensor(seen, dtype=d)


S = torch.optim.lr_scheduler
save("rates/step", rates(lambda o: S.StepLR(o, 3, 0.5)))
save("rates/exponential", rates(lambda o: S.ExponentialLR(o, 0.9)))
save("rates/linear", rates(lambda o: S.LinearLR(o, 0.25, 1.0, 4)))
save("rates/cosine", rates(lambda o: S.CosineAnnealingLR(o, 12, 0.001)))
save("rates/sequential", rates(lambda o: S.SequentialLR(o, [S.LinearLR(o, 0.25, 1.0, 4), S.CosineAnnealingLR(o, 8)], [4])))

save("rates/onecycle", rates(lambda o: S.OneCycleLR(o, 0.5, 12, cycle_momentum=False)))
save("rates/onecycle.settings", rates(lambda o: S.OneCycleLR(o, 0.5, 20, pct_start=0.4, div_factor=10, final_div_factor=100, cycle_momentum=False)))

# Layers for images and for attention.
torch.manual_seed(2)
images = torch.randn(3, 4, 9, 7, dtype=d)
module_case("conv", nn.Conv2d(4, 6, 3).to(d), images)
module_case("conv.settings", nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(2, 1), dilation=(2, 3), groups=2, bias=False).to(d), images)
module_case("maxpool", nn.MaxPool2d(2), images)
module_case("maxpool.settings", nn.MaxPool2d((3, 2), stride=(2, 1), padding=1, dilation=(1, 2)), images)
module_case("avgpool", nn.AvgPool2d((3, 2)), images)
module_case("avgpool.settings", nn.AvgPool2d(3, stride=2, padding=1), images)
module_case("adaptiveavgpool", nn.AdaptiveAvgPool2d((4, 2)), images)
module_case("batchnorm2d", nn.BatchNorm2d(4).to(d), images, shaped)
module_case("batchnorm2d.eval", nn.BatchNorm2d(4).to(d), images, lambda m: (shaped(m), m.running_mean.normal_(), m.running_var.uniform_(0.5, 2), m.eval()))
module_case("batchnorm.length", nn.BatchNorm1d(4).to(d), images[:, :, 0], shaped)
module_case("layernorm", nn.LayerNorm(5).to(d), x, shaped)
module_case("layernorm.shape", nn.LayerNorm((9, 7), eps=1e-3, elementwise_affine=False), images)
module_case("flatten", nn.Flatten(), images)
module_case("identity", nn.Identity(), x)
module_case("softplus", nn.Softplus(2, 1), x)


class ReGLU(nn.Module):
    def forward(self, x):
        a, b = x.chunk(2, -1)
        return a * F.relu(b)


module_case("reglu", ReGLU(), images[:, 0, :, :6])
module_case("images", nn.Sequential(nn.Conv2d(4, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU(), nn.MaxPool2d(2), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                                    nn.Linear(3, 2)).to(d), images)

# Attention from tensors alone: [rows, tokens, features], two heads.
q, k, v = (torch.randn(2, 5, 6, dtype=d, requires_grad=True) for _ in range(3))
heads = [t.reshape(2, 5, 2, 3).permute(0, 2, 1, 3) for t in (q, k, v)]
scores = heads[0].matmul(heads[1].transpose(-2, -1)) / 3 ** 0.5
attended = scores.softmax(-1).matmul(heads[2]).transpose(1, 2).reshape(2, 5, 6)
direction = torch.randn(2, 5, 6, dtype=d)
(attended * direction).sum().backward()
for name, tensor in [("q", q), ("k", k), ("v", v), ("direction", direction), ("y", attended), ("q.grad", q.grad), ("k.grad", k.grad), ("v.grad", v.grad)]:
    save(f"attention/{name}", tensor)


# Losses as functions; with row weights a row of weight 2 counts as two rows.
def binary_focal(gamma, alpha):
    def loss(x, y):
        p = x.sigmoid()
        positive, negative = (1, 1) if alpha is None else (alpha, 1 - alpha)
        return -positive * y * (1 - p) ** gamma * p.log() - negative * (1 - y) * p ** gamma * (1 - p).log()
    return loss


def focal(gamma, weight=None):
    def loss(x, y):
        p = x.softmax(1)[torch.arange(len(y)), y]
        return -(1 if weight is None else weight[y]) * (1 - p) ** gamma * p.log()
    return loss


def function_case(case, elements, x, target, rows=None, shares=None):
    """The mean of a function's elements, which may be weighted by row."""
    def value(x, target):
        losses = elements(x, target)
        if rows is None:
            return losses.mean()
        weights = rows.reshape(-1, *[1] * (losses.dim() - 1)).expand(losses.shape)
        return (losses * weights).sum() / (weights * (1 if shares is None else shares)).sum()
    value.named_buffers = lambda: []
    if rows is not None:
        save(f"{case}/rows", rows)
    loss_case(case, value, x, target)


torch.manual_seed(3)
rows = torch.rand(6, dtype=d) * 3
weight = torch.rand(5, dtype=d) + 0.1
hard = (share > 0.5).to(d)
save("weights/classes", weight)
loss_case("crossentropy.ignore", nn.CrossEntropyLoss(weight=weight, label_smoothing=0.2, ignore_index=2), x, classes)
loss_case("l1", nn.L1Loss(), x, share)
loss_case("smoothl1", nn.SmoothL1Loss(beta=0.7), x, share)
loss_case("huber", nn.HuberLoss(delta=0.7), x, share)
function_case("focal.binary", binary_focal(2, None), x, hard)
function_case("focal.binary.alpha", binary_focal(0.5, 0.25), x, hard)
function_case("focal", focal(2), x, classes)
function_case("focal.weighted", focal(1.5, weight), x, classes)
function_case("bce.rows", lambda x, y: F.binary_cross_entropy_with_logits(x, y, reduction="none"), x, share, rows)
function_case("mse.rows", lambda x, y: (x - y) ** 2, x, share, rows)
function_case("l1.rows", lambda x, y: (x - y).abs(), x, share, rows)
function_case("huber.rows", lambda x, y: F.huber_loss(x, y, reduction="none"), x, share, rows)
function_case("focal.rows", focal(2, weight), x, classes, rows)
counted = torch.where(classes == 2, torch.zeros([], dtype=d), weight[classes])
function_case("crossentropy.rows", lambda x, y: F.cross_entropy(x, y, weight, ignore_index=2, reduction="none", label_smoothing=0.1), x, classes, rows, counted)

# Starting values of the further layers.
torch.manual_seed(43)
save("seeded/conv.weight", (convolution := nn.Conv2d(4, 6, (3, 5), groups=2)).weight)
save("seeded/conv.bias", convolution.bias)



# TorchScript: a module with several methods, scripted, and a convolution, traced.
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(5, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 3))
        self.frozen = nn.Parameter(torch.randn(3), requires_grad=False)
        self.register_buffer("shift", torch.randn(3))

    def forward(self, x, scale: float = 2.0):
        return self.layers(x) * scale * self.frozen + self.shift

    @torch.jit.export
    def both(self, x) -> Tuple[torch.Tensor, torch.Tensor]:
        return x + 1, x * 2

    @torch.jit.export
    def named(self, x) -> Dict[str, torch.Tensor]:
        return {"sum": x.sum(), "first": x[0]}

    @torch.jit.export
    def joined(self, a, b):
        return torch.cat([a, b])

    @torch.jit.export
    def count(self, x) -> int:
        if x.dim() != 2:
            raise ValueError("rows and columns, please")
        return x.size(0)


torch.manual_seed(4)
network = Network().to(d)
save_script("scripted.pt", torch.jit.script(network))
module_case("scripted", network, x)
network.eval()
save("scripted/y.eval", network(x, 0.5))
convolution = nn.Sequential(nn.Conv2d(4, 3, 3), nn.SiLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()).to(d)
save_script("traced.pt", torch.jit.trace(convolution, images))
module_case("traced", convolution, images)

save_script("frozen.pt", torch.jit.freeze(torch.jit.script(network)))


class Tied(nn.Module):
    """Two layers with one weight."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(5, 5, bias=False)
        self.second = nn.Linear(5, 5, bias=False)
        self.second.weight = self.first.weight

    def forward(self, x):
        return self.second(torch.tanh(self.first(x)))


tied = Tied().to(d)
save_script("tied.pt", torch.jit.script(tied))
module_case("tied", tied, x)

# Autocast on the CPU: products in bfloat16.
torch.manual_seed(5)
single = nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 4))
state("autocast", single)
rows = torch.randn(8, 16)
save("autocast/x", rows)
with torch.autocast("cpu", dtype=torch.bfloat16):
    y = single(rows)
y.float().pow(2).mean().backward()
save("autocast/y", y.float())
for name, parameter in single.named_parameters():
    save(f"autocast/grad/{name}", parameter.grad)

names = {torch.float64: "F64", torch.float32: "F32", torch.int64: "I64"}
header, data = {"__metadata__": {"made by": f"PyTorch {torch.__version__}, make.py"}}, b""
for name in sorted(saved, key=lambda n: (-saved[n].element_size(), n)):
    raw = saved[name].numpy().tobytes()
    header[name] = {"dtype": names[saved[name].dtype], "shape": list(saved[name].shape), "data_offsets": [len(data), len(data) + len(raw)]}
    data += raw
text = json.dumps(header, separators=(",", ":")).encode()
text += b" " * (-len(text) % 8)
with open("expected.safetensors", "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + data)
