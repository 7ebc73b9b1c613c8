"""What can be wrong with a journal, each fault with its name, its place and what it means."""

from dataclasses import dataclass

from pinzhi.engine.texts import Text

FAULTS: dict[str, Text] = {
    "changed": Text("内容被改过：与封存时的摘要不符", "the line was changed after it was sealed"),
    "deleted": Text("已被删除：位置和摘要还在，内容没有了", "the line was deleted; its place and digest are left"),
    "moved": Text("换了位置：内容属于另一位置", "the line stands at another position than the one it was sealed at"),
    "repeated": Text("同一行占了两个位置", "the same line stands at two positions"),
    "gap": Text("位置空缺：摘要表缺了这一行", "the position is empty: its digest was removed"),
    "doubled": Text("同一位置有两行", "two lines claim one position"),
    "rewritten": Text("摘要被改过：与库外留存的不符", "the digest differs from the copy kept outside the database"),
    "inserted": Text("不是平台写入的：没有封存，也没有平台的标记", "the line was not written by the platform"),
    "copied": Text("是另一行的复制品", "the line is a copy of another one"),
    "skipped": Text("早该封存却没有封存", "the line should have been sealed long ago and is not"),
    "unsealed_changed": Text(
        "封存之前被改过或被冒写", "a line not yet sealed was changed, or written by somebody else"
    ),
    "noted_changed": Text(
        "与写入时留在库外的字条不符", "the line differs from the note left outside when it was written"
    ),
    "noted_removed": Text("写入时留在库外的字条还在，记录没有了", "a note outside tells of the line, and it is gone"),
    "after_head": Text("在最后一个签名头之后添加，没有签名", "digests stand after the last signed head"),
    "node": Text("树的中间节点被改过，证明会算不出来", "a stored node of the tree is wrong; proofs would fail"),
    "root": Text("树根与签名头不符：此前的记录被重写", "the tree does not lead to the root in the signed head"),
    "chain": Text("链与签名头不符：此前的记录被重写", "the chain does not lead to the digest in the signed head"),
    "signature": Text("签名头不是用平台的密钥签的", "the head is not signed with the platform's key"),
    "head_missing": Text("缺少签名头", "signed heads are missing"),
    "head_replaced": Text("签名头被换过：与下一个头或库外留存的不符", "a head was replaced by another one"),
    "truncated": Text("记录被截断，或恢复了旧备份", "the journal was cut off, or an old backup was restored"),
    "contradicted": Text("与库外留存的签名头不符：此前的记录被重写", "the journal contradicts a head kept outside"),
    "outside_unknown": Text("库外的签名头不是本平台签的，没有采用", "a head given from outside is not ours; not used"),
    "lost": Text("内容已丢失，只留下摘要", "the line is lost; only its digest is left"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong: a stable code, the positions (from zero) it concerns, the entry's id, and more words.

    ``first`` to ``last`` are positions, both included; None where the fault has no place. ``head`` is a head's number.
    """

    code: str
    first: int | None = None
    last: int | None = None
    entry: int | None = None
    head: int | None = None
    source: str = ""

    @property
    def text(self) -> Text:
        """The fault as a sentence in both languages, positions counted from one."""
        words = FAULTS[self.code]
        zh, en = [], []
        if self.first is not None:
            span = f"{self.first + 1:,}" if self.last in (None, self.first) else f"{self.first + 1:,}–{self.last + 1:,}"
            zh.append(f"位置 {span}")
            en.append(f"position {span}")
        if self.entry is not None:
            zh.append(f"编号 {self.entry}")
            en.append(f"number {self.entry}")
        if self.head is not None:
            zh.append(f"签名头 {self.head}")
            en.append(f"head {self.head}")
        if self.source:
            zh.append(self.source)
            en.append(self.source)
        return Text(f"{'，'.join(zh)}：{words.zh}", f"{', '.join(en)}: {words.en}")
