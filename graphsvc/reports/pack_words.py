"""The words of an evidence pack, in English and Chinese. All are ours: they go into the page as they are."""

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "pack": ("Evidence pack of investigation", "调查证据包"),
    "a claim": (
        "Probabilities are claims with grounds, not findings of guilt. Numbers are masked; the reference beside one "
        "(#1, #2 …) is explained at the end. Whoever needs a number in full asks for it with a purpose, which is "
        "recorded.",
        "概率是有依据的推断，并非定罪结论。号码已脱敏；号码旁的序号（#1、#2……）见文末编号对照表。如需完整号码，须说明用途另行申请，申请会被记录。",
    ),
    "how to check": (
        "The hash of a part is the SHA-256 of the bytes between the line of its &lt;section&gt; and the line of its "
        "&lt;/section&gt;. That of the whole file is in the audit log.",
        "每一部分的哈希值为其 &lt;section&gt; 行与 &lt;/section&gt; 行之间字节的 SHA-256。"
        "整个文件的哈希值记录在审计日志中。",
    ),
    # parts
    "investigation": ("Investigation", "调查"),
    "numbers": ("Numbers", "号码"),
    "networks": ("Networks", "团伙网络"),
    "log": ("Log", "记录"),
    "sources": ("What this rests on", "数据来源"),
    "ids": ("Ids", "编号对照表"),
    "cited as": ("reference", "序号"),
    "stands for": ("what", "所指"),
    "id": ("id in the service", "系统内编号"),
    "device, holder or account": ("device, holder or account", "设备、机主或账户"),
    "how to look up": (
        "By its id the service finds what a reference stands for.",
        "在系统中用编号即可查到序号所指的对象。",
    ),
    "hashes": ("Hashes of the parts", "各部分哈希值"),
    "part": ("part", "部分"),
    "sha256": ("SHA-256", "SHA-256"),
    # of the investigation
    "reference": ("reference", "编号"),
    "title": ("title", "标题"),
    "region": ("region", "地区"),
    "whole country": ("the whole country", "全国"),
    "case": ("case", "案件"),
    "status": ("status", "状态"),
    "open": ("open", "进行中"),
    "waiting": ("waiting", "待补充"),
    "closed": ("closed", "已结案"),
    "assignee": ("assignee", "经办人"),
    "opened": ("opened", "立项"),
    "changed": ("last changed", "最后变更"),
    "made": ("pack made", "证据包生成"),
    "purpose": ("purpose", "用途"),
    "case of the request": ("case of the request", "申请所涉案件"),
    "withheld": ("numbers of people of other regions, not shown", "其他地区人员号码（未显示）"),
    "added": ("added", "加入于"),
    # of numbers
    "number": ("number", "号码"),
    "fraud": ("fraud number", "涉诈号码"),
    "tool": ("lent or taken over", "工具号码"),
    "spoofed": ("spoofed", "被冒用号码"),
    "benign_hub": ("benign hub", "正常高频号码"),
    "ordinary": ("ordinary", "普通号码"),
    "probability": ("probability", "概率"),
    "in network": ("in network {}", "属于团伙网络{}"),
    "no evidence": ("Nothing speaks for or against it.", "暂无支持或反对的依据。"),
    "what was seen": ("what was seen", "所见事实"),
    "weight": ("weight (log-odds)", "权重（对数几率）"),
    "facts": ("facts", "依据"),
    "count": ("count:", "次数："),
    "seconds": ("seconds:", "秒数："),
    "fact": ("fact", "事实"),
    "flag": ("flag", "标记"),
    "source": ("source", "来源"),
    "police": ("the police", "公安机关"),
    "operator": ("the operator", "运营商"),
    "hotline": ("the hotline", "反诈热线"),
    "app": ("the anti-fraud app", "反诈App"),
    "somebody": ("–", "–"),
    "scam type": ("kind of scam", "诈骗类型"),
    "known at": ("known at", "知悉时间"),
    # of networks
    "no network now": ("No network of the current analysis any more.", "当前分析中已不构成团伙网络。"),
    "size": ("size", "规模"),
    "flagged": ("flagged", "已标记"),
    "exposed": ("people exposed", "接触人数"),
    "losses": ("reported losses", "已报损失"),
    "role": ("role", "角色"),
    "caller": ("caller", "拨打者"),
    "handler": ("handler", "对接者"),
    "unknown": ("unknown", "未知"),
    # of the log
    "when": ("when", "时间"),
    "who": ("who", "操作人"),
    "what": ("what", "事项"),
    "about": ("about", "对象"),
    "text": ("text", "内容"),
    "note": ("note", "备注"),
    "assigned": ("assigned", "指派"),
    "removed": ("removed", "移除"),
    # of the sources
    "no analysis": ("There was no analysis.", "尚无分析。"),
    "analysis": ("analysis", "分析"),
    "as of": ("as of", "数据截至"),
    "analysed": ("made", "分析时间"),
    "engine": ("engine", "引擎"),
    "events up to": ("events of the ledger before", "账本事件截至序号"),
    "facts up to": ("facts up to number", "事实截至编号"),
}
"""Name of a thing here → English, Chinese. Vocabularies of the model (classes, roles, statuses …) by their value."""
