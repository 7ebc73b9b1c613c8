"""Words that stand in so many titles that a search for two of them is answered from the pair, not from each.

To intersect two words of 200,000 titles each takes as long as fifty ordinary searches; the pair is one term with just
the titles that hold both. The list is part of the form of the index: whoever changes it raises the index's edition.
"""

from collections.abc import Iterable
from itertools import combinations

# What titles of standards are made of by the drafting rules (GB/T 1.1: element of the subject, aspect, kind of
# document), with the fields, methods and things that most of them are about, and what names of firms add.
_LISTED = """
部分 要求 方法 试验 测定 技术 规范 规程 规则 条件 通用 通则 总则 导则 指南 术语 定义 符号 标志 标签 标识 分类 命名
代号 编码 编制 基础 一般 基本 安全 质量 性能 评价 评定 检验 检测 检定 检查 测试 校准 验收 抽样 取样 采样 方案 格式
数据 接口 信息 系统 平台 网络 服务 管理 体系 设计 制造 生产 加工 安装 使用 运行 维护 维修 操作 监测 控制 分析 处理
包装 运输 贮存 贮藏 储存 限值 限定 限定值 限量 等级 能效 能源 节能 绿色 环境 环保 噪声 电磁 兼容 电磁兼容 可靠
可靠性 耐久 选型 型号 规格 尺寸 参数 图形 设备 设施 装置 仪器 器械 工具 机械 材料 产品 制品 食品 农产品 药品 化学
化工 金属 合金 塑料 橡胶 纤维 纺织 玻璃 陶瓷 建筑 工程 建设 道路 铁路 船舶 汽车 电气 电子 电力 电缆 电源 医用 医疗
家用 工业 农业 公共 海洋 土壤 水质 空气 气体 液体 固体 含量 物质 色谱 色谱法 光谱 光谱法 气相 液相 质谱 质谱法 离子
滴定 滴定法 吸收 原子 射线 分光 光度 光度法 重量 物理 力学 实验 实验室 机构 人员 从业 职业 培训 教育 一次 一次性
企业 公司 有限 有限公司 科技 贸易 商贸 实业 股份 集团 研究 中心 标准 国家 行业 地方 团体 认证 计量 品质 智能 数字
城市 社会 应用 利用
"""
COMMON_WORDS = frozenset(_LISTED.split())


def common_among(words: Iterable[str]) -> frozenset[str]:
    """Return the common ones of some words.

    >>> sorted(common_among(["螺栓", "试验", "方法", "试验"]))
    ['方法', '试验']
    """
    return COMMON_WORDS.intersection(words)


def pair_of(first: str, second: str) -> str:
    """Return the one term for two words, whichever comes first.

    >>> pair_of("方法", "试验") == pair_of("试验", "方法")
    True
    """
    return f"{first}+{second}" if first < second else f"{second}+{first}"


def pairs_among(words: Iterable[str]) -> list[str]:
    """Return every pair of some common words.

    >>> pairs_among(["试验", "方法"])
    ['方法+试验']
    """
    return [f"{first}+{second}" for first, second in combinations(sorted(words), 2)]
