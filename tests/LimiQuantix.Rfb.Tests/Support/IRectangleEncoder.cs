namespace LimiQuantix.Rfb.Tests.Support;

/// <summary>Writes a picture as the data of one rectangle, choosing at random among the forms the encoding has for it.</summary>
internal interface IRectangleEncoder
{
    RfbEncoding Encoding { get; }

    byte[] Encode(WirePicture picture, Random random);
}
