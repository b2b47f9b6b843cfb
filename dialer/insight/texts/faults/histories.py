"""Faults of histories, their import, and what is made of them: calibration, back-tests, quality, erasure."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "a history needs the table attempts": "历史数据须有 attempts 表",
    "name a folder with attempts.parquet, as `paceline history import` writes it": (
        "请写含 attempts.parquet 的文件夹，即 `paceline history import` 的输出"
    ),
    "{} lacks the column {}": "{} 缺少列 {}",
    "required are {}": "必需的列：{}",
    "check that it is whole": "请检查文件是否完整",
    "import the log again": "请重新导入日志",
    "name a folder that `paceline history import` wrote": "请写 `paceline history import` 写出的文件夹",
    "the history has no attempts": "历史数据中没有拨打记录",
    "these are no settings of a run: {}": "这不是运行设置：{}",
    "--spark {} names no Spark": "--spark {} 不是 Spark 地址",
    "write local[2] for one in this process, or the address of a cluster such as spark://HOST:7077 or yarn": (
        "本进程内请写 local[2]，集群请写地址，如 spark://HOST:7077 或 yarn"
    ),
    "--spark reads the folder of a history": "--spark 读取历史数据的文件夹",
    "a journal becomes one by `paceline history import`": "日志可用 `paceline history import` 转换",
    "--spark needs {}": "--spark 需要 {}",
    "run pip install 'paceline[spark]'": "请运行 pip install 'paceline[spark]'",
    "--spark needs a Java runtime": "--spark 需要 Java 运行环境",
    "install one (Debian: default-jre-headless), or let JAVA_HOME name it": (
        "请安装（Debian：default-jre-headless），或用 JAVA_HOME 指明"
    ),
    "Spark does not start on {}: {}": "Spark 无法在 {} 启动：{}",
    "check the address, and that the cluster is up": "请检查地址以及集群是否运行",
    "Spark has failed: {}": "Spark 出错：{}",
    "check that every worker can read the folder": "请检查每个工作节点能否读取该文件夹",
    # Import
    "no attempts are mapped": "映射中没有拨打记录",
    "a history has no table {}": "历史数据没有表 {}",
    "{} has no column {}": "{} 没有列 {}",
    "{} needs the column {}": "{} 须有列 {}",
    "nothing says what the columns mean": "没有说明各列的含义",
    "name a mapping file with --mapping; docs/history.md has one to start from": (
        "请用 --mapping 写映射文件；docs/history.md 中有范例"
    ),
    "references need a key: name its file with --key": "生成编号引用须有密钥：请用 --key 写密钥文件",
    "the key is shorter than {} bytes": "密钥不足 {} 字节",
    "the key cannot be read: {}": "密钥无法读取：{}",
    "make one with: openssl rand -hex 32 > history.key; keep it: the same key gives the same references": (
        "可运行 openssl rand -hex 32 > history.key 生成；请妥善保存：同一密钥得到同样的编号引用"
    ),
    "the mapping needs the log {}, given is {}": "映射需要日志 {}，给出的是 {}",
    "name a file {}.csv, {}.parquet or a SQLite file with the table {}": (
        "请写文件 {}.csv、{}.parquet，或含表 {} 的 SQLite 文件"
    ),
    "check the file": "请检查文件",
    "none of its {} rows can be used": "其中 {} 行均无法使用",
    "there is no attempt in it": "其中没有拨打记录",
    "a history needs at least one attempt that is over": "历史数据至少须有一次已结束的拨打",
    "there is something at this place already": "该位置已有内容",
    "name a folder that does not exist yet": "请写尚不存在的文件夹",
    "name a folder where files may be made": "请写可以建文件的文件夹",
    "name a file in a folder where files may be made": "请写在可以建文件的文件夹中",
    "cannot be written: {}": "无法写入：{}",
    # What is made of a history
    "a back-test needs two days at least, the history has {}": "回测至少须有两天，历史数据只有 {} 天",
    "import the logs of more days": "请导入更多天的日志",
    "the history does not say how the floor dialled": "历史数据没有说明当时如何拨打",
    "name the configuration that was used with --config": "请用 --config 写明当时的配置",
    "--confidence {} is no probability": "--confidence {} 不是概率",
    "write one below 1, such as 0.95": "请写小于 1 的值，如 0.95",
    "write them between 0 and 1, such as 0.95 and 0.02": "请写 0 与 1 之间的值，如 0.95 与 0.02",
    "--confidence and --effect are shares": "--confidence 与 --effect 须为比例",
    # Quality
    "a broker is named, but nothing is to be raised there": "写了消息服务器，但没有要上报的内容",
    "add --alert": "请加 --alert",
    "there is no transcript that can be used": "没有可用的通话文本",
    "write one JSON object a line": "每行写一个 JSON 对象",
    "name a file with one JSON object a line": "请写每行一个 JSON 对象的文件",
    "what was found before cannot be read": "先前的结果无法读取",
    "name a folder that a scan has written": "请写扫描写出的文件夹",
    "the teams cannot be read": "班组文件无法读取",
    "a CSV file with the columns agent and team": "须为含 agent 与 team 两列的 CSV 文件",
    "the results cannot be written": "结果无法写入",
    "name a folder that can be written to": "请写可写入的文件夹",
    "the history has no table quality": "历史数据没有 quality 表",
    "`paceline quality scan -o FOLDER` writes quality.parquet: put it into the history": (
        "`paceline quality scan -o FOLDER` 写出 quality.parquet：请放入历史数据的文件夹"
    ),
    "a table needs the columns {}": "表格须有以下各列：{}",
    "the table has no column for {}": "表格没有 {} 对应的列",
    "this is no table that can be read": "这不是可读取的表格",
    # Erasure
    "nobody could be erased from this file": "未能从该文件中删除任何人",
    "name a portfolio": "请写案件文件",
    "name a portfolio that can be written to": "请写可写入的案件文件",
}
