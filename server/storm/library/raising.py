"""`$lib.raise`: errors of the product's own names are raised as such, all others as `StormRaise` with the name beside it."""

from __future__ import annotations

from typing import Any

from ..errors import StormError
from ..runtime import Runtime
from ..values.convert import to_prim, to_str

# Asked of a real Cortex, name by name.
_LISTED = """
    AuthDeny BadArg BadCast BadCmdName BadCmprType BadCmprValu BadConfValu BadCoreStore BadCtorType BadDataValu
    BadEdgeDef BadFileExt BadFormDef BadIndxValu BadJsonText BadLiftValu BadMesgVers BadOperArg BadOptValu BadPkgDef
    BadPropDef BadState BadStorageVersion BadSyntax BadTag BadTime BadTypeDef BadTypeValu BadUrl BadVersion
    CantDelForm CantDelNode CantDelProp CantDelType CantDelUniv CantDelView CantMergeView CantRevLayer CliFini
    CryptoErr DataAlreadyExists DbOutOfSpace DupEdgeType DupFormName DupIden DupIndx DupName DupPropName DupRoleName
    DupStormSvc DupTagPropName DupTypeName DupUserEmail DupUserName FatalErr FeatureNotSupported FileExists HitLimit
    ImapError InconsistentStorage IsDeprLocked IsFini IsReadOnly IsRuntForm LayerInUse LinkBadCert LinkErr
    LinkShutDown LmdbLock LowSpace MustBeJsonSafe NeedConfValu NoCertKey NoSuchAbrv NoSuchAct NoSuchAuthGate
    NoSuchCert NoSuchCmd NoSuchCmpr NoSuchCond NoSuchCtor NoSuchDecoder NoSuchDyn NoSuchEdge NoSuchEncoder
    NoSuchFile NoSuchForm NoSuchFunc NoSuchIden NoSuchImpl NoSuchIndx NoSuchLayer NoSuchLift NoSuchMeth NoSuchName
    NoSuchObj NoSuchOpt NoSuchPath NoSuchPivot NoSuchPkg NoSuchProp NoSuchRole NoSuchStormSvc NoSuchTagProp
    NoSuchType NoSuchUser NoSuchVar NoSuchView NotANumberCompared NotMsgpackSafe NotReady ParserExit PathExists
    ReadOnlyLayer ReadOnlyProp RecursionLimitHit Retry SchemaViolation SlabAlreadyOpen SlabInUse SpawnExit
    StepTimeout StormPkgConflicts StormPkgRequires StormRuntimeError StormVarListError SynErr TimeOut
"""
NAMES = frozenset(_LISTED.split())


def raise_(run: Runtime, me: Any, name: Any, mesg: Any, **info: Any) -> None:
    """Raises StormError, of that name or with it as `errname`."""
    told = {key: to_prim(run, valu) for key, valu in info.items()}
    named, text = to_str(name), to_str(mesg)
    if named in NAMES:
        raise StormError(named, text, **{"mesg": text, **told})
    if "errname" in told:
        # It stands where it was given, with the name that counts.
        raise StormError("StormRaise", text, **{**told, "errname": named, "mesg": text})
    raise StormError("StormRaise", text, **told, errname=named)
