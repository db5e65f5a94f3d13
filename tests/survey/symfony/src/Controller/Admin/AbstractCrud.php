<?php

namespace App\Controller\Admin;

use Symfony\Component\Routing\Attribute\Route;

abstract class AbstractCrud
{
    #[Route('/list', name: 'list', methods: ['GET'])]
    public function list()
    {
    }
}
