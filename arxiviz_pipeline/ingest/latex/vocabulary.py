r"""The names that TeX papers use, by what the reader does with them.

Sources: LaTeX's and amsmath's own manuals, and the guides of the publishers' classes.
"""

# Ranks as in the HTML reader: 1 is a section.
HEADINGS = {
    r"\part": -1,
    r"\chapter": 0,
    r"\addchap": 0,
    r"\section": 1,
    r"\addsec": 1,
    r"\newsec": 1,  # harvmac
    r"\specialsection": 1,  # amsart
    r"\unletteredappendix": 1,  # REVTeX 3
    r"\subsection": 2,
    r"\subsec": 2,
    r"\subheading": 2,  # AMS-TeX
    r"\subhead": 2,
    r"\subsubsection": 3,
    r"\subsubsec": 3,
    r"\subsubhead": 3,
    r"\paragraph": 4,
    r"\subparagraph": 5,
}
ACKNOWLEDGEMENT_COMMANDS = frozenset({
    r"\acknowledgments", r"\acknowledgements", r"\acknowledgment", r"\acknowledgement", r"\ack",
    r"\acks", r"\Acknowledgements", r"\Acknowledgments", r"\Acknowledgment", r"\Acknowledgement",
})  # fmt: skip
ACKNOWLEDGEMENT_ENVIRONMENTS = frozenset({
    "acknowledgments", "acknowledgements", "acknowledgment", "acknowledgement", "ack", "acks",
    "Acknowledgments", "Acknowledgements", "Acknowledgment", "Acknowledgement",
    "theacknowledgments",
})  # fmt: skip
ONE_ROW_ENVIRONMENTS = frozenset({
    "equation", "equation*", "displaymath", "dmath", "dmath*", "math", "empheq", "empheq*",
    "mathletters", "numequation", "dseries", "dseries*",
})  # fmt: skip
ROW_ENVIRONMENTS = frozenset({
    "align", "align*", "gather", "gather*", "multline", "multline*", "flalign", "flalign*",
    "eqnarray", "eqnarray*", "alignat", "alignat*", "xalignat", "xalignat*", "xxalignat",
    "IEEEeqnarray", "IEEEeqnarray*", "dgroup", "dgroup*", "darray", "darray*", "numcases",
    "subnumcases", "equationarray", "equationarray*", "eqsplit", "eqsplit*", "gathered*",
})  # fmt: skip
DISPLAY_ENVIRONMENTS = ONE_ROW_ENVIRONMENTS - {"mathletters"} | ROW_ENVIRONMENTS
THREE_COLUMNS = frozenset({
    "eqnarray", "eqnarray*", "IEEEeqnarray", "IEEEeqnarray*", "equationarray", "equationarray*",
})  # fmt: skip
LISTS = frozenset({
    "itemize", "enumerate", "description", "list", "trivlist", "compactitem", "compactenum",
    "compactdesc", "inparaenum", "inparaitem", "asparaenum", "asparaitem", "itemize*", "enumerate*",
    "description*", "tightitemize", "tightenumerate", "dinglist", "labeling", "enumeratei",
    "IEEEenumerate", "IEEEitemize", "IEEEdescription", "tablenotes", "aenumerate", "romanlist",
    "arabiclist", "alphlist", "itemlist", "unlist",
})  # fmt: skip
NUMBERED_LISTS = frozenset({
    "enumerate", "compactenum", "inparaenum", "asparaenum", "enumerate*", "tightenumerate",
    "enumeratei", "IEEEenumerate", "aenumerate", "romanlist", "arabiclist", "alphlist",
})  # fmt: skip
QUOTES = frozenset({"quote", "quotation", "verse", "displayquote", "quoting", "blockquote"})
FIGURES = frozenset({
    "figure", "figure*", "wrapfigure", "sidewaysfigure", "sidewaysfigure*", "SCfigure", "floatfig",
    "teaserfigure", "marginfigure", "subfigure", "minifigure", "figwindow", "floatingfigure",
})  # fmt: skip
TABLES = frozenset({
    "table", "table*", "wraptable", "sidewaystable", "sidewaystable*", "longtable", "deluxetable",
    "deluxetable*", "subtable", "margintable", "SCtable", "supertabular", "longdeluxetable",
    "longrotatetable", "planotable", "ruledtabular*",
})  # fmt: skip
TABULARS = frozenset({
    "tabular", "tabular*", "tabularx", "tabulary", "longtable", "array*", "tblr", "longtblr",
    "NiceTabular", "supertabular", "xtabular", "mpxtabular", "tabu", "longtabu", "deluxetable",
    "deluxetable*", "longdeluxetable", "planotable",
})  # fmt: skip
# What their arguments before the first cell are: o optional, m mandatory.
TABULAR_ARGUMENTS = {
    "tabular*": "mom", "tabularx": "mom", "tabulary": "mom", "longtable": "om", "tabu": "tm",
    "longtabu": "tm", "deluxetable": "m", "deluxetable*": "m", "NiceTabular": "omo",
    "longdeluxetable": "m", "planotable": "m",
}  # fmt: skip
PICTURES = frozenset({
    "tikzpicture", "picture", "pspicture", "pspicture*", "xy", "forest", "pgfpicture", "circuitikz",
    "asy", "tikzcd*", "axis", "scope", "psfrags", "overpic", "fmffile", "fmfgraph", "fmfgraph*",
    "feynman", "feynmandiagram", "dspBlocks", "mfpic", "prooftree*", "gnuplot", "chart",
    "eps", "pspictures", "animateinline", "texdraw", "tabbing*",
})  # fmt: skip
DROPPED_ENVIRONMENTS = PICTURES | {
    "keywords", "keyword", "keyword*", "IEEEkeywords", "CCSXML", "IEEEbiography",
    "IEEEbiographynophoto", "biography", "AMS", "pacs", "PACS", "titlepage*", "bmhead",
    "highlights", "graphicalabstract", "MSC", "subclass", "classification", "filecontents",
    "filecontents*", "letter*",
}  # fmt: skip
RAW_ENVIRONMENTS = frozenset({
    "verbatim", "verbatim*", "Verbatim", "Verbatim*", "BVerbatim", "LVerbatim", "lstlisting",
    "minted", "alltt", "listing*", "program", "code", "boxedverbatim", "verbatimtab",
    "spverbatim", "lstcode", "pyverbatim", "pycode", "sourcecode", "tcblisting",
})  # fmt: skip
SKIPPED_ENVIRONMENTS = frozenset({
    "comment", "CCSXML", "filecontents", "filecontents*", "tikzpicture", "pspicture", "asy",
    "luacode", "luacode*", "Schunk*", "forest", "pgfpicture",
})  # fmt: skip
ABSTRACTS = frozenset({"abstract", "onecolabstract", "Abstract", "abstracts", "ltabstract"})

# How TeX text gets out of a formula.
TEXT_BOXES = frozenset({
    r"\text", r"\mbox", r"\hbox", r"\textrm", r"\textnormal", r"\textit", r"\textbf", r"\textsf",
    r"\texttt", r"\textsc", r"\textup", r"\intertext", r"\shortintertext", r"\fbox", r"\makebox",
    r"\vbox", r"\label", r"\tag", r"\footnote", r"\parbox", r"\emph", r"\noalign", r"\raisebox",
})  # fmt: skip

# What a paper may not give another meaning to: a class's internals would be all that is seen.
STRUCTURE = frozenset({
    *HEADINGS, *ACKNOWLEDGEMENT_COMMANDS, r"\appendix", r"\title", r"\author", r"\maketitle",
    r"\documentclass", r"\usepackage", r"\RequirePackage", r"\bibliography", r"\bibitem", r"\cite",
    r"\citep", r"\citet", r"\ref", r"\label", r"\eqref", r"\item", r"\caption", r"\footnote",
    r"\footnotemark", r"\thanks", r"\abstract", r"\input", r"\include", r"\bibliographystyle",
    r"\printbibliography", r"\includegraphics", r"\hline", r"\tableofcontents", r"\beginsection",
    r"\heading", r"\date", r"\eqno", r"\cref", r"\Cref", r"\autoref", r"\url", r"\href",
    r"\documentstyle", r"\endabstract", r"\verb", r"\newpage", r"\clearpage", r"\centerline",
    r"\appendices", r"\refname", r"\bibname", r"\emph", r"\textbf", r"\textit", r"\text",
    r"\mbox", r"\frac", r"\left", r"\right", r"\over",
})  # fmt: skip
REDEFINABLE_HEADINGS = frozenset({
    r"\part", r"\ack", r"\acks", r"\subsec", r"\head", r"\refname", r"\bibname", r"\subhead",
    r"\heading", r"\text", r"\date",
})  # fmt: skip
UNTOUCHABLE = frozenset({
    r"\begin", r"\end", r"\def", r"\newcommand", r"\renewcommand", r"\let", r"\fi", r"\else",
    r"\if", r"\par", r"\\", r"\{", r"\}", r"\$", r"\&", r"\#", r"\%", r"\_", r"\ ", r"\(", r"\)",
    r"\[", r"\]", r"\csname", r"\endcsname", r"\expandafter", r"\@", r"\makeatletter",
    r"\makeatother", r"\iffalse", r"\iftrue", r"\relax", r"\ifmmode", r"\ifx", r"\ifnum",
    r"\ensuremath",
})  # fmt: skip
STRUCTURE_ENVIRONMENTS = frozenset({
    *DISPLAY_ENVIRONMENTS, *LISTS - {"list", "trivlist"}, *FIGURES, *TABLES, *TABULARS, *ABSTRACTS,
    *RAW_ENVIRONMENTS, *PICTURES, *ACKNOWLEDGEMENT_ENVIRONMENTS, *QUOTES, "document",
    "thebibliography", "biblist", "appendix", "appendices", "center", "array", "cases",
    "matrix", "pmatrix", "aligned", "split", "gathered", "frontmatter",
})  # fmt: skip
# What the writer reads for itself, so that a style's own layout of it does not matter.
FRONT_MATTER = frozenset({
    r"\affil", r"\affiliation", r"\address", r"\email", r"\emailAdd", r"\keywords", r"\inst",
    r"\institute", r"\and", r"\And", r"\AND", r"\orcid", r"\date", r"\authorrunning",
    r"\titlerunning", r"\name", r"\icmltitle", r"\icmlauthor", r"\icmlaffiliation", r"\institution",
    r"\city", r"\country", r"\today", r"\subtitle", r"\shorttitle", r"\shortauthors",
    r"\subjclass", r"\curraddr", r"\corref", r"\cortext", r"\fnref", r"\tnoteref", r"\ead",
    r"\IEEEauthorblockN", r"\IEEEauthorblockA", r"\PACS", r"\pacs", r"\preprint", r"\textsc",
    r"\texttt", r"\bf", r"\it", r"\rm", r"\em", r"\tt", r"\sc", r"\sf", r"\sl", r"\bfseries",
    r"\itshape", r"\large", r"\Large", r"\LARGE", r"\huge", r"\small", r"\footnotesize",
    r"\scriptsize", r"\tiny", r"\normalsize", r"\topmatter", r"\endtopmatter", r"\proclaim",
    r"\endproclaim", r"\SI", r"\num", r"\si", r"\qty", r"\unit", r"\textsuperscript",
    r"\citeauthor", r"\citeyear", r"\citealt", r"\citealp", r"\nocite", r"\centering", r"\todo",
    r"\pagestyle", r"\thispagestyle", r"\vspace", r"\hspace", r"\noindent", r"\indent", r"\alpha",
    r"\newblock", r"\bibinfo", r"\bibfield", r"\bibnamefont", r"\bibfnamefont", r"\natexlab",
    r"\BibitemShut", r"\bibitemStop", r"\bibitemNoStop", r"\EOS", r"\subsubsubsection",
    r"\IEEEPARstart", r"\Sec", r"\toprule", r"\midrule", r"\bottomrule",
})  # fmt: skip
# Files with these names are a publisher's or a well-known package's: the reader knows them.
PUBLISHERS_FILES = (
    "aa.", "aastex", "acl", "acm", "agu", "aip", "algorithm", "ams", "amsart", "amsppt", "ametsoc",
    "apj", "array", "article", "arxiv", "authblk", "axodraw", "babel", "beamer", "biblatex",
    "bibunits", "bm", "book", "booktabs", "braket", "bxjs", "caption", "ccs", "chapterbib", "cite",
    "cleveref", "cls", "color", "colt", "comment", "copernicus", "cvpr", "dcolumn", "deluxetable",
    "ec", "eccv", "ecrc", "elsart", "elsarticle", "els-", "emnlp", "emulateapj", "enumitem", "epl",
    "eps", "epsf", "epsfig", "espcrc", "eso", "europhys", "feynm", "float", "fontspec", "frontiers",
    "fullpage", "geometry", "graphic", "hyper", "iau", "iccv", "iclr", "icml", "icra", "ieee",
    "ifac", "ijcai", "interspeech", "iop", "ios", "jhep", "jcap", "jmlr", "jnsao", "lip",
    "lineno", "llncs", "listings", "lscape", "mathtools", "mdpi", "microtype", "minted", "mn",
    "mnras", "multirow", "naacl", "natbib", "neurips", "newtx", "nips", "osa", "pdf", "pgf", "phys",
    "pnas", "pos", "proc", "psfig", "ptep", "ptptex", "quantum", "revtex", "rotat", "rsproc",
    "scipost", "scrartcl", "sdm", "setspace", "siam", "siunitx", "slides", "spie", "spconf",
    "sprocl", "ssp", "stmaryrd", "subcaption", "subfig", "sv", "svjour", "svmult", "svproc",
    "tikz", "times", "titlesec", "titletoc", "todonotes", "tocloft", "ulem", "url", "usenix",
    "utf8", "vmargin", "wacv", "webofc", "wlscirep", "wrapfig", "ws-", "xcolor", "xspace", "xy",
)  # fmt: skip
