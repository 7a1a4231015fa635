"""The PyTorch side of the benches: GPT-2 with random weights and eager attention.

Reads a question a line, answers with the milliseconds it took: `pass N` and `decode` with 124M parameters and all outputs
kept, `step` one training step (forward, backward, clipping, AdamW) of the small GPT-2 on 24 x 64 tokens.
"""

import sys
import time

import torch
from transformers import GPT2Config, GPT2LMHeadModel

torch.set_num_threads(2)
torch.manual_seed(1)
model = None
past = None
learner = None


def step():
    """One training step of the small model; the first call makes it."""
    global learner
    if learner is None:
        config = GPT2Config(attn_implementation="eager", n_layer=3, n_embd=64, n_head=4, vocab_size=640, n_positions=96,
                            resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, use_cache=False)
        small = GPT2LMHeadModel(config).train()
        learner = small, torch.optim.AdamW(small.parameters(), lr=3e-3, betas=(0.9, 0.98), eps=1e-8, weight_decay=0.05)
    small, optimiser = learner
    ids = torch.tensor([[(i * 7919 + 13) % 640 for i in range(24 * 64)]]).view(24, 64)
    start = time.perf_counter()
    optimiser.zero_grad(set_to_none=True)
    loss = small(ids, labels=ids).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(small.parameters(), 1.0)
    optimiser.step()
    return start


for line in sys.stdin:
    words = line.split()
    if words[0] == "step":
        start = step()
        print((time.perf_counter() - start) * 1e3, flush=True)
        continue
    if model is None:
        model = GPT2LMHeadModel(GPT2Config(attn_implementation="eager")).eval()
    with torch.inference_mode():
        if words[0] == "pass":
            ids = torch.tensor([[(i * 7919 + 13) % 50257 for i in range(int(words[1]))]])
            start = time.perf_counter()
            model(ids, output_attentions=True, output_hidden_states=True, use_cache=False)
        else:
            if past is None:
                ids = torch.tensor([[(i * 7919 + 13) % 50257 for i in range(128)]])
                past = model(ids, use_cache=True).past_key_values
            start = time.perf_counter()
            past = model(torch.tensor([[5]]), past_key_values=past, use_cache=True, output_attentions=True).past_key_values
        print((time.perf_counter() - start) * 1e3, flush=True)
