"""What a sentence is about, by where it stands and by the phrases that authors use there.

Owns: the phrases of the five sections in English and Chinese, what each kind of heading promises, and what makes a
sentence awkward when it stands alone.
Does not own: which sentences may be quoted at all (quotable), or choosing among them (choose).
"""

import re
from collections.abc import Mapping
from typing import TypeAlias

from ingest.fulltext.text import Kind
from ingest.summaries.sentences import Sentence
from store.types import SectionName

Cue: TypeAlias = tuple[float, str, re.Pattern[str]]
"""What a phrase is worth, which side of the section it speaks of ("-" for none), and the phrase."""

MOST = 2.5
"""All the phrases of a sentence together are worth no more."""

# WE is "we", "this paper" and the like with the few words up to the verb; THEN is what lies between two words of one
# sentence, OTHERS a way to speak of others' work. A row with less than 0 speaks against the section; a line without a
# number goes on from the one before.
_PHRASES: Mapping[SectionName, str] = {
    "application": r"""
        1.0 field   \bapplications?\b|\bapplied (?:to|in)\b|\bwidely (?:used|adopted)\b|\breal-world\b|应用|任务
        1.0 field   \bis (?:a|an|one of the) (?:[\w-]+ ){0,3}(?:task|problem|process|step|goal|technique|practice)\b
        0.8 field   \b(?:essential|crucial|critical|central|fundamental|important|key) (?:for|to|in)\b|重要
        0.8 field   \b(?:has|have) (?:\w+ )?(?:emerged|become|shown|achieved|demonstrated|advanced|enabled)\b
        1.0 problem \bchalleng|\bbottleneck|\bremains?\b|\bstruggl|\bsuffer|\bdifficult|困难|挑战|瓶颈
        0.8 problem \blimit(?:ed|ations?)\b|\black(?:s|ing)?\b|\bfails?\b|\bexpensive|\btime-consuming|\berror-prone
        0.4 problem \bexisting\b|\bcurrent(?:ly)?\b|\btraditional|\bprior\b|\bproblem of\b|现有|传统
        -1.2 -      WE(?:propos|present|introduc|develop|find|show|achiev|evaluat|releas|train|defin)
        -1.2 -      WE(?:construct|build|curat)
        -1.2 -      \d\s?\\?%|\d{2,}|\bour\b|\b(?:outperform|to address|to this end)|提出
    """,
    "contribution": r"""
        2.0 -       WE(?:propos|present|introduc)(?:e|es|ing)?\b|\band (?:propose|present|introduce)\b|本文提出|我们提出
        1.6 -       WE(?:develop|design|build|construct|formulat|describ|report|stud|investigat|provid|creat)\w*\b
                    |WE(?:proposed|presented)\b
        0.5 -       \b(?:in this|this) (?:paper|work|report|study)\b
                    |\bto (?:address|tackle|bridge|overcome|solve|fill)\b
        0.5 -       \b(?:framework|method|model|approach|architecture|benchmark|dataset|system|agent|algorithm)\b
        0.8 -       \bour (?:method|approach|model|framework|key)\b|WE(?:show|address|explor|demonstrat|enabl)\w*\b
        -0.8 -      \b(?:can|however|yet|existing|remains?)\b|\bstruggl
        -0.8 -      \b(?:section|ablation|future work|additionally|furthermore|also|dataset of|to further)\b|WEfurther\b
    """,
    "usage": r"""
        1.8 code    \b(?:code|weights|checkpoints?|datasets?|models?|demo|data|implementation|prompts?|page)\b
                    THEN(?:available (?:at|on|via|under|here)|publicly|released?|open-?sourced)\b
        1.8 code    \b(?:release|open-source)\b (?:\w+ )?(?:the|our|all|a|both|code|data|[A-Z])|^code\b.*http|代码|开源
        1.2 code    https?://|\bweb[- ]?(?:interface|site)\b
        1.3 input   \btakes?\bTHENas inputs?\b|^given (?:an?|the|only)\b|输入
        0.7 input   \binputs?\bTHENoutputs?\b|\bgiven (?:an?|only)\b
        0.7 input   \binputs?\b|\baccepts?\b|\breceives?\b|\bconditioned on\b|\bprompted with\b|\bfed (?:in)?to\b
        0.7 output  \boutputs?\b|\breturns?\b|\bgenerat(?:es|ing)\b|\bpredicts\b|\brenders\b|\bsynthesi[sz]es\b|输出
        1.4 gear    \b(?:GPUs?|TPUs?|A100|H100|H800|V100|P100|RTX|VRAM|CPUs?)\b|\bGB of (?!image)|显卡|显存
        1.0 train   \b(?:are|is|was|were|we) (?:pre-?|post-?|fine-?)?(?:train|tun|initiali[sz])(?:ed)?\b|训练
        0.7 train   \blearning rate\b|\bbatch size\b|\bepochs?\b|\b\d[\d,k]* (?:training )?steps\b|\bAdamW?\b
        0.7 train   \btraining (?:set|data|samples)\b|\bannotated\b|\bwe (?:collect|curate|sample|use|adopt)d?\b
        1.0 run     \binference\b|\bat test time\b|\bdeploy|\bAPI\b|\bDocker\b|\bPyTorch\b|\bruns? (?:on|in)\b|部署
        1.2 run     \btraining-free\b|\bplug-and-play\b|\bdrop-in\b|\bwithout (?:re-?training|fine-?tuning)\b
        0.7 run     \brequires\b|\bcompatible with\b|\bapplicable to\b|\bcan be (?:used|applied)\b|\bsupport(?:s|ing)\b
        0.9 how     \bconsists? of\b|\bpipeline\b|\bcompris|\boperates\b|\bphases\b
                    |\b(?:two|three|four|multi)-?(?: |-)?(?:stage|step)s?\b
        0.7 how     \bfirst\b.{5,90}\bthen\b|\b(?:uses|employs|leverages|adopts|combines|integrates|features|applies)\b
        0.8 how     \b(?:our|the proposed|the) (?:\w+ )?(?:method|approach|framework|model|system)
                    \s(?:involves|works|learns|takes|is trained|generates)\b
        0.4 how     \b(?:using|leveraging|employing|combining|integrating|via|through)\b
        -1.2 -      \boutperform|\bablation|\bstate-of-the-art|\bBLEU\b|\bsurpass|\bachiev|\bperforms best|\bfindings\b
        -1.0 -      \b(?:experiments?|results?|analysis)\b|\b(?:demonstrat|reveal|highlight)\w*\b|\btaken together\b
        -1.0 -      \bprior work\b|\bexisting\b|(?<!these )(?<!this )\bchalleng|\bhowever\b|\bfuture\b
                    |\blimit(?:ed|ations?)\b|\bsuffer
        -1.0 -      \bstruggl|\b(?:has|have) (?:shown|emerged|become)|\bwidely\b|\bremains?\b|^no\b|\bnot available\b
        -1.0 -      \bfails?\b|\bwe (?:identify|analy[sz]e|show|find|observe)\b|\bprior\b|\brely\b
                    |\b(?:confirm|suggest)s?\b|\d\.\d+%
        -1.2 -      \bOTHERS
        -1.0 -      ^no\b|\bthreats?\b|\bparadigm\b|\bcapability\b|\bcrucial\b
        -0.8 -      \b(?:could|might|may|would|plan to|aim to|have been)\b|\beasier\b
        -0.3 -      WE(?:propose|present|introduce)\b
    """,
    "innovations": r"""
        1.5 new     \bto (?:the best of )?our knowledge\b|\b(?:is|are) the first\b
                    |\bthe first (?:to|work|method|study)|首次
        1.2 unlike  \bunlike\b|\bin contrast (?:to|with)\b|\binstead of\b|\brather than\b|\bdispens|\beschew|不同于
        1.0 new     \bnovel\b|\bnew (?:[\w-]+ ){0,3}(?:framework|method|model|paradigm|metric|approach|class)\b|创新
        1.0 idea    \b(?:key|core) (?:idea|insight|innovation|component)|\bcontributions?\b.{20}|贡献
        0.9 idea    WE(?:introduc|propos|design|devis|formulat|reformulat|pioneer|unif|construct|develop)\w*
        0.6 idea    \bby (?:\w+ ){0,2}(?:combin|integrat|leverag|decoupl|unify|align|model|treat|us|quantif)\w*ing\b
        0.6 idea    \b(?:our|the proposed) (?:method|approach|framework|model|system)\b
                    |\b(?:integrates|unifies|decomposes)\b
        0.6 idea    \benabl(?:es?|ing)\b|\ballow(?:s|ing)\b|\bmechanism\b|\bexplicitly\b|\bjointly\b|\bdecouples\b
        -1.0 -      \d\s?\\?%|\boutperform|\bachiev|\bavailable at\b|\bremains?\b|\bexperiments?\b|\blimit(?:ed|ation)
        -1.0 -      \b(?:existing|prior|previous|traditional|current|recent) (?:[\w-]+ )?
                    (?:work|method|approach|system|dataset|advance|benchmark)
        -1.0 -      (?<!these )(?<!this )\bchalleng|\bbottleneck\b|\b(?:essential|crucial)\b
                    |\b(?:has|have) (?:shown|emerged|become|been)\b|\bpotential\b|\bwidely\b
        -1.2 -      \bOTHERS
        -0.7 -      \b(?:might|may|could|would|insufficient)\b|\b(?:he|she)\b|\brevolutioni|\binsights\b
    """,
    "results": r"""
        1.0 number  \d\s?(?:\\?%|x\b|×|\$?\\times|points?\b|BLEU|F1|mAP|AP\b|dB\b|percent)
        0.6 number  [a-z)@] (?:of|to|by|is|at|than|from|with|in) [$+]?\d|\b\d+/\d+|pass@\d+
        1.1 better  \boutperform|\bsurpass|\bexceed|\bstate-of-the-art\b|\bSOTA\b|\bsuperior|\bperforms? best|优于|超过
        0.8 better  \bachiev|\bimprov|\breduc(?:es|ing|tion)|\bspeed-?ups?\b|\bfaster\b|\bgains?\b|\bboost|达到|提升
        1.0 shown   \b(?:experiment|result|evaluation|analys[ei]s)\w*\bTHEN(?:show|demonstrat|indicat|reveal|confirm)
        0.8 shown   \bwe (?:find|found|show|observe|demonstrate|validate|claim|prove)\b|实验|结果表明
        0.6 shown   \b(?:demonstrat|show|reveal|exhibit)(?:es|s)\b|\bconsistently\b|\bfindings\b
        0.4 own     \bour\b|\bproposed\b
        0.5 metric  \b(?:accuracy|(?<!-)precision|recall|F1|BLEU|scores?|latency|perplexity|success|benchmarks?)\b
        -1.0 -      WE(?:propose|present|introduce|use|train|collect|curate|develop)\b|\bhyperparam|\bdropout|\bet al\b
        -0.8 -      \bavailable\b|\brelease\b|\bopen-source (?:our|the)\b|\bfuture\b|\bremains\b|\bstruggl
                    |\bhigher is better\b|\bhope\b
    """,
}  # fmt: skip
_OTHERS = (
    r"(?:(?:dominant|more advanced|popular|common|typical|conventional|recent) (?:[\w-]+ )?"
    r"(?:approach|techni|method|work)|(?:approaches|methods|techniques),? (?:in this|such as|like)\b)"
)
_WE = r"\b(?:we|this (?:paper|work|article|report|study))\b[^.;:]{0,25}?\b"


def _spelt(phrase: str) -> str:
    return phrase.replace("WE", _WE).replace("THEN", r"[^.]{0,60}\b").replace("OTHERS", _OTHERS)


def _cues(rows: str) -> tuple[Cue, ...]:
    cut = (row.split(maxsplit=2) for row in re.sub(r"\n {20}", "", rows.strip()).splitlines())
    return tuple((float(weight), side, re.compile(_spelt(phrase), re.I)) for weight, side, phrase in cut)


CUES: Mapping[SectionName, tuple[Cue, ...]] = {name: _cues(rows) for name, rows in _PHRASES.items()}

_PRIOR: Mapping[SectionName, Mapping[Kind, float]] = {
    "application": {"abstract": 0.8, "introduction": 0.2, "related": -1.0, "method": -1.5, "experiments": -1.5},
    "contribution": {"abstract": 1.0, "introduction": 0.6, "conclusion": 0.3, "related": -1.0, "experiments": -1.0},
    "usage": {"abstract": 0.4, "introduction": 0.0, "method": 0.6, "experiments": 0.3, "related": -1.5},
    "innovations": {"abstract": 0.5, "introduction": 0.5, "method": 0.1, "experiments": -1.0, "related": -0.4},
    "results": {"abstract": 0.8, "introduction": 0.1, "method": -1.2, "conclusion": 0.4, "related": -2.0},
}  # fmt: skip
_HOW_TO = re.compile(
    r"implementation|setup|settings?|inference|hardware|infrastructure|deploy|overview|input|output|availability|usage",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\b(?:figs?\.|figures?|tables?|tab\.|eqs?\.|equations?|sec\.|sections?|appendix)\s*~?[\dA-Z(]|\[\d[\d, –-]*\]|"
    r"et al\.",
    re.IGNORECASE,
)
_LEANING = re.compile(
    r"(?:however|this (?!paper|work|article|report|study)|these|those|they|it|its|their|such|thus|therefore|hence|then|"
    r"but|and|so|also|here|instead|consequently|as a result|similarly|meanwhile|that is|one (?:is|key)|another|indeed|"
    r"the (?:second|third|former|latter|other)|for (?:example|instance|this)|further,|nevertheless|yet|while effective|"
    r"in (?:these|this case|that|the (?:former|latter))|each|both|same|other|no such|despite these|next|subsequently|"
    r"using this|he|she)\b|因此|但是?|然而|此外|这|其中",
    re.IGNORECASE,
)
_LINKED = re.compile(
    r"(?:furthermore|moreover|additionally|in addition|finally|second(?:ly)?|third(?:ly)?|first(?:ly)?|specifically|"
    r"overall|in particular|for our|crucially|in all|based on th\w+|we (?:also|then|further)|"
    r"to (?:this end|address|do so|counteract|overcome|achieve|fill|bridge)|in the (?:final|first|second) stage)\b",
    re.IGNORECASE,
)
_ANNOUNCING = re.compile(
    r"\b(?:two|three|four|five|several|following)\b[^.]{0,40}[.:]$|^.{0,80}\bin this section\b", re.IGNORECASE
)


def worth(name: SectionName, text: str) -> float:
    """What the phrases of a sentence say for the section `name`; some speak against it."""
    return min(sum(weight for weight, _, phrase in CUES[name] if phrase.search(text)), MOST)


def side(name: SectionName, text: str) -> str:
    """Which side of the section a sentence speaks of ("input", "gear"), by its weightiest phrase; "-" for none."""
    sides = [(weight, one) for weight, one, phrase in CUES[name] if one != "-" and phrase.search(text)]
    return max(sides, key=lambda found: found[0])[1] if sides else "-"


def prior(name: SectionName, sentence: Sentence) -> float:
    """What a sentence's place promises for the section `name`, whatever it says."""
    worth = _PRIOR[name].get(sentence.kind, -0.8 if sentence.kind == "other" else 0.0)
    early = 1 - 2 * sentence.place  # from 1 to -1
    if sentence.kind == "abstract":
        worth += {"application": 2.2, "contribution": 0.5, "results": -0.6}.get(name, 0.0) * early
        worth += 0.6 if name == "application" and sentence.place == 0 else 0.0
        worth -= 1.0 if name in ("usage", "innovations", "results") and sentence.place < 0.15 else 0.0
    elif sentence.kind == "introduction":
        worth += {"application": 1.0, "innovations": -0.4}.get(name, 0.0) * early
    if name == "usage" and sentence.kind in ("method", "experiments") and _HOW_TO.search(sentence.heading):
        worth += 0.5
    return worth + (1.0 if name == "innovations" and sentence.listed else 0.0)


def leans(text: str) -> bool:
    """Whether a sentence goes on from the one before: alone, its "it" or "however" hangs in the air."""
    return _LEANING.match(text) is not None


def awkward(text: str) -> float:
    """How much is lost when the sentence stands alone: it points to a figure, to others' work, ahead or back."""
    lost = 0.5 * min(len(_ASIDE.findall(text)), 2) + (0.3 if _LINKED.match(text) else 0.0)
    lost += 1.2 if len(text) < 90 and _ANNOUNCING.search(text) else 0.0
    return lost + (0.9 if leans(text) else 0.0) + (0.3 if len(text) > 300 else 0.0)
